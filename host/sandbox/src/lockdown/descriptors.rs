//! Descriptors: none but the standard three.

use super::LockdownError;

/// Closes everything that the process inherited besides its standard streams. Called before
/// anything is opened.
///
/// # Errors
/// When the kernel refuses, or is older than the call (Linux 5.9) and has no list of descriptors.
pub(crate) fn close_inherited() -> Result<(), LockdownError> {
    const FIRST: libc::c_uint = 3;
    #[expect(unsafe_code, reason = "there is no safe interface to closing what others opened")]
    // SAFETY: called at the start of the process, when nothing in it owns a descriptor.
    let result = unsafe { libc::syscall(libc::SYS_close_range, FIRST, libc::c_uint::MAX, 0) };
    if result == 0 {
        return Ok(());
    }
    let error = std::io::Error::last_os_error();
    if error.raw_os_error() == Some(libc::ENOSYS) {
        return close_listed().map_err(|e| LockdownError::new("close what was inherited", e));
    }
    Err(LockdownError::new("close what was inherited", error))
}

/// The same with the list that the kernel keeps.
fn close_listed() -> std::io::Result<()> {
    let listed: Vec<libc::c_int> = std::fs::read_dir("/proc/self/fd")?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|descriptor| *descriptor > 2)
        .collect();
    for descriptor in listed {
        #[expect(unsafe_code, reason = "the same")]
        // SAFETY: the same; the list's own descriptor is closed already, which is harmless.
        unsafe {
            libc::close(descriptor);
        }
    }
    Ok(())
}
