//! The door through which a component's code is loaded when no path leads to it any more.
//!
//! The engine maps the code of a component from a path, never from an open file. The kernel has a
//! path for every open file, `/proc/self/fd/N`, which is outside of the worker's root directory.
//! So the folder of these paths is opened before, becomes the current one for the moment of loading,
//! and is closed before the seal, behind which the current folder cannot be changed any more.

use std::fs::File;

use wasmtime::Engine;
use wasmtime::component::Component;

/// The open door. Nothing of the hook's has run yet while it is.
pub(super) struct Door {
    #[cfg(target_os = "linux")]
    descriptors: File,
    #[cfg(target_os = "linux")]
    enclosure: File,
}

#[cfg(target_os = "linux")]
impl Door {
    /// Opens it, before the walls are up. `None` where there is no such folder.
    pub(super) fn open(enclosure: Option<&File>) -> Option<Self> {
        let enclosure = enclosure?.try_clone().ok()?;
        Some(Self { descriptors: File::open("/proc/self/fd").ok()?, enclosure })
    }

    /// Loads the code of an open file, and closes the door. `None` when no path leads to it:
    /// another user than the file's may not open it again.
    pub(super) fn load(self, engine: &Engine, code: &File) -> Option<wasmtime::Result<Component>> {
        use rustix::process::fchdir;

        let path = std::os::fd::AsRawFd::as_raw_fd(code).to_string();
        fchdir(&self.descriptors).ok()?;
        let loaded = File::open(&path).is_ok().then(|| {
            #[expect(unsafe_code, reason = "loading native code that was compiled before")]
            // SAFETY: the supervisor compiled the code with this engine and verified its MAC, and
            // the path leads to the very file.
            unsafe {
                Component::deserialize_file(engine, &path)
            }
        });
        match fchdir(&self.enclosure) {
            Ok(()) => loaded,
            // Nothing may run with a current folder that is outside.
            Err(error) => Some(Err(error.into())),
        }
    }
}

#[cfg(not(target_os = "linux"))]
impl Door {
    /// None: folders of open files are not everywhere.
    pub(super) fn open(_enclosure: Option<&File>) -> Option<Self> {
        None
    }

    /// Nothing.
    pub(super) fn load(
        self,
        _engine: &Engine,
        _code: &File,
    ) -> Option<wasmtime::Result<Component>> {
        None
    }
}
