//! Attacks on files and on what is known of them.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use cofferdam_worker_protocol::ProbeTarget;

use super::Attack;
use super::raw::{HERE, address_of, c_path, call, done, gets};

/// The probes, by name.
pub(super) const PROBES: &[(&str, Attack)] = &[
    ("read-a-file-outside", |_| read(Path::new("/etc/passwd"))),
    ("read-another-deployment", |target| read(&target.folder.join("other-deployment/secret.txt"))),
    ("leave-the-enclosure", |_| read(Path::new("../canary.txt"))),
    ("list-a-folder-outside", |target| {
        fs::read_dir(&target.folder).map(|entries| format!("{} entries", entries.count()))
    }),
    ("create-a-file-outside", |target| done(fs::write(target.folder.join("planted.txt"), "x"))),
    ("change-a-file-outside", |target| done(fs::write(target.folder.join("canary.txt"), "x"))),
    ("remove-a-file-outside", |target| {
        // The C library has a call for it that workers do not make.
        let path = target.folder.join("canary.txt");
        let removed = rustix::fs::unlinkat(rustix::fs::CWD, path, rustix::fs::AtFlags::empty());
        done(removed.map_err(io::Error::from))
    }),
    ("move-a-file-out", |target| {
        // As with removing.
        let (at, path) = (rustix::fs::CWD, target.folder.join("planted.txt"));
        done(rustix::fs::renameat(at, "inside.txt", at, path).map_err(io::Error::from))
    }),
    ("link-a-file-in", |target| done(fs::hard_link(target.folder.join("canary.txt"), "linked"))),
    ("read-the-supervisors-environment", |target| {
        read(Path::new(&format!("/proc/{}/environ", target.supervisor)))
    }),
    ("make-a-file-outside-writable", |target| {
        let mode = fs::Permissions::from_mode(0o666);
        done(fs::set_permissions(target.folder.join("canary.txt"), mode))
    }),
    ("open-by-handle", |target| open_by_handle(&target.folder.join("canary.txt"))),
    ("use-an-inherited-descriptor", |target| {
        call(libc::SYS_lseek, [target.descriptor.into(), 0, 1, 0, 0]).map(|_| "it is open".into())
    }),
    ("look-at-a-file-outside", |target| {
        fs::metadata(target.folder.join("canary.txt")).map(|facts| format!("{} bytes", facts.len()))
    }),
    ("look-where-a-link-outside-leads", |_| {
        let link = rustix::fs::readlinkat(rustix::fs::CWD, "/proc/self/exe", Vec::new())?;
        Ok(link.to_string_lossy().into_owned())
    }),
    ("look-out-of-the-current-folder", |_| {
        fs::metadata("../canary.txt").map(|facts| format!("{} bytes", facts.len()))
    }),
    ("look-out-of-a-granted-folder", |_| look_out_of_any_folder()),
    ("look-out-of-a-folder-that-was-moved", move_a_folder_out),
    ("change-times-outside", |target| {
        use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, utimensat};
        let zero = Timespec { tv_sec: 0, tv_nsec: 0 };
        let times = Timestamps { last_access: zero, last_modification: zero };
        let path = target.folder.join("canary.txt");
        done(utimensat(CWD, path, &times, AtFlags::empty()).map_err(io::Error::from))
    }),
    ("write-inside", |_| done(fs::write("written", "x"))),
    ("make-a-program-of-its-owner", |_| make_a_program_of_its_owner()),
    ("give-a-file-away", |_| {
        const SOMEBODY: i64 = 54_321;
        let path = address_of(c"inside.txt".as_ptr());
        gets("it is somebody else's", libc::SYS_fchownat, [HERE, path, SOMEBODY, SOMEBODY, 0])
    }),
    ("give-a-file-capabilities", |_| attach(c"security.capability", &CAPABILITIES)),
    ("hide-data-in-attributes", |_| attach(c"user.hidden", b"what no list of files shows")),
    ("make-a-file-irremovable", |_| {
        /// `FS_IOC_SETFLAGS`, and the flag for files that cannot be changed.
        const SET_FLAGS: i64 = 0x4008_6602;
        let immutable = 0x10_i64;
        let file = fs::File::open("inside.txt")?;
        let file = std::os::fd::AsRawFd::as_raw_fd(&file).into();
        gets(
            "it is for ever",
            libc::SYS_ioctl,
            [file, SET_FLAGS, address_of(&raw const immutable), 0, 0],
        )
    }),
    ("make-a-pipe-for-the-host", |_| {
        // Who opens it waits until somebody writes.
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        done(mknodat(CWD, "pipe", FileType::Fifo, Mode::RUSR, 0).map_err(io::Error::from))
    }),
    ("lock-a-file-of-the-hosts", |_| {
        let folder = fs::File::open(".")?;
        let folder = std::os::fd::AsRawFd::as_raw_fd(&folder).into();
        gets("it is locked", libc::SYS_flock, [folder, libc::LOCK_EX.into(), 0, 0, 0])
    }),
    ("make-the-host-wait-for-a-file", |_| {
        // Who opens a leased file waits until the lease is given back.
        let file = fs::File::create("leased")?;
        let file = std::os::fd::AsRawFd::as_raw_fd(&file).into();
        let (lease, write) = (libc::F_SETLEASE.into(), libc::F_WRLCK.into());
        gets("a lease", libc::SYS_fcntl, [file, lease, write, 0, 0])
    }),
    ("watch-what-others-do", |_| gets("a watch", libc::SYS_inotify_init1, [0; 5])),
    ("watch-the-whole-machine", |_| gets("a watch", libc::SYS_fanotify_init, [0; 5])),
];

fn read(path: &Path) -> io::Result<String> {
    fs::read(path).map(|bytes| format!("read {} bytes", bytes.len()))
}

/// `struct file_handle`, with as much room as any file system takes.
#[repr(C)]
struct FileHandle {
    bytes: u32,
    kind: i32,
    handle: [u8; 128],
}

fn open_by_handle(path: &Path) -> io::Result<String> {
    let path = c_path(path)?;
    let mut handle = FileHandle { bytes: 128, kind: 0, handle: [0; 128] };
    let mut mount = 0_i32;
    let (at, path) = (i64::from(libc::AT_FDCWD), address_of(path.as_ptr()));
    let pointer = address_of(&raw mut handle);
    call(libc::SYS_name_to_handle_at, [at, path, pointer, address_of(&raw mut mount), 0])?;
    call(libc::SYS_open_by_handle_at, [at, pointer, 0, 0, 0]).map(|_| "opened".into())
}

/// Every descriptor that a worker has, and some more: one is a folder that was granted besides the enclosure.
fn any_folder() -> impl Iterator<Item = std::os::fd::BorrowedFd<'static>> {
    const DESCRIPTORS: std::ops::Range<i32> = 3..64;
    DESCRIPTORS.map(|descriptor| {
        #[expect(unsafe_code, reason = "an attack")]
        // SAFETY: a descriptor that is not open is answered with an error, and none is closed.
        unsafe {
            std::os::fd::BorrowedFd::borrow_raw(descriptor)
        }
    })
}

fn look_out_of_any_folder() -> io::Result<String> {
    let look = |folder| rustix::fs::statat(folder, "../canary.txt", rustix::fs::AtFlags::empty());
    let results: Vec<_> = any_folder().map(look).collect();
    if let Some(found) = results.iter().find_map(|result| result.as_ref().ok()) {
        return Ok(format!("{} bytes", found.st_size));
    }
    // What a folder answers in which there is no such file.
    let missing = |error: &rustix::io::Errno| *error == rustix::io::Errno::NOENT;
    match results.into_iter().filter_map(Result::err).find(missing) {
        Some(missing) => Err(missing.into()),
        None => Err(io::Error::other("no descriptor is a folder")),
    }
}

/// Through a granted folder in which the enclosure is: a folder that was in the root directory, is held
/// open, and is beside the root now, so that `..` does not end there any more.
fn move_a_folder_out(target: &ProbeTarget) -> io::Result<String> {
    use rustix::fs::{AtFlags, CWD, Mode, mkdirat, renameat, statat};
    mkdirat(CWD, "moving", Mode::RWXU)?;
    let moving = fs::File::open("moving")?;
    let from = target.enclosure.join("moving");
    let attempts: Vec<_> =
        any_folder().map(|folder| renameat(folder, &from, folder, "moved")).collect();
    if attempts.iter().all(Result::is_err) {
        return Err(io::Error::other(format!("the folder cannot be moved: {attempts:?}")));
    }
    let up = "../".repeat(16) + "etc/passwd";
    let found = statat(&moving, up, AtFlags::empty())?;
    Ok(format!("{} bytes", found.st_size))
}

/// A program with content that runs as whoever owns it: with a worker of root's, as root. Its mode can be
/// said when it is made, which needs no further call; the kernel takes it away with the first byte.
fn make_a_program_of_its_owner() -> io::Result<String> {
    const SET_USER: u32 = libc::S_ISUID;
    let mut file = fs::File::options().write(true).create_new(true).mode(0o4755).open("program")?;
    io::Write::write_all(&mut file, b"#!/bin/sh\n")?;
    match fs::metadata("program")?.mode() & SET_USER {
        0 => Err(io::Error::from_raw_os_error(libc::EPERM)),
        _ => Ok("it runs as its owner".into()),
    }
}

/// `struct vfs_cap_data` of version 2: every capability, in effect.
const CAPABILITIES: [u8; 20] =
    [1, 0, 0, 2, 255, 255, 255, 255, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0];

/// Attaches an attribute to a file of the hook's own.
fn attach(name: &std::ffi::CStr, value: &[u8]) -> io::Result<String> {
    let (path, length) = (address_of(c"inside.txt".as_ptr()), value.len() as i64);
    let arguments = [path, address_of(name.as_ptr()), address_of(value.as_ptr()), length, 0];
    gets("attached", libc::SYS_setxattr, arguments)
}
