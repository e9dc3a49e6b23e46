//! What probes do: attacks in native code, behind the walls of a run worker.
//!
//! Each is what an attacker would try first who had broken the engine. Exit code 0: it did what it
//! tried; 1: the operating system refused, and the reason says how. The system call filter ends
//! the process instead. Nothing here weakens a wall: the code is reached after all of them are up.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, TcpStream, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{SocketAddr, UnixStream};
use std::os::unix::process::CommandExt;
use std::path::Path;

use cofferdam_worker_protocol::{Ending, FromWorker};
use crate::worker::channel::Outbox;
use crate::{Probe, ProbeTarget};

/// Carries out one probe.
pub(super) fn carry_out(probe: &Probe, outbox: &Outbox) -> Ending {
    let result = match TABLE.iter().find(|(known, _)| *known == probe.name) {
        Some((_, attack)) => attack(&probe.target),
        None => Err(io::Error::other("there is no such probe")),
    };
    let (text, code) = match result {
        Ok(got) => (got, 0),
        Err(error) => (error.to_string(), 1),
    };
    // A channel that broke shows in the worker's end.
    let _ = outbox.send(&FromWorker::FailReason(text));
    Ending::Exit(code)
}

/// What it got, or how it was refused.
type Attack = fn(&ProbeTarget) -> io::Result<String>;

macro_rules! probes {
    ($($name:literal => $attack:expr;)*) => {
        /// Every probe by name.
        const TABLE: &[(&str, Attack)] = &[$(($name, $attack),)*];
        /// The names alone.
        pub(crate) const PROBE_NAMES: &[&str] = &[$($name,)*];
    };
}

probes! {
    // Files.
    "read-a-file-outside" => |_| read(Path::new("/etc/passwd"));
    "read-another-deployment" => |target| read(&target.folder.join("other-deployment/secret.txt"));
    "leave-the-enclosure" => |_| read(Path::new("../canary.txt"));
    "list-a-folder-outside" => |target| {
        fs::read_dir(&target.folder).map(|entries| format!("{} entries", entries.count()))
    };
    "create-a-file-outside" => |target| done(fs::write(target.folder.join("planted.txt"), "x"));
    "change-a-file-outside" => |target| done(fs::write(target.folder.join("canary.txt"), "x"));
    "remove-a-file-outside" => |target| {
        // The C library has a call for it that workers do not make.
        let path = target.folder.join("canary.txt");
        let removed = rustix::fs::unlinkat(rustix::fs::CWD, path, rustix::fs::AtFlags::empty());
        done(removed.map_err(io::Error::from))
    };
    "move-a-file-out" => |target| {
        // As with removing.
        let (at, path) = (rustix::fs::CWD, target.folder.join("planted.txt"));
        done(rustix::fs::renameat(at, "inside.txt", at, path).map_err(io::Error::from))
    };
    "link-a-file-in" => |target| done(fs::hard_link(target.folder.join("canary.txt"), "linked"));
    "read-the-supervisors-environment" => |target| {
        read(Path::new(&format!("/proc/{}/environ", target.supervisor)))
    };
    "make-a-file-outside-writable" => |target| {
        let mode = fs::Permissions::from_mode(0o666);
        done(fs::set_permissions(target.folder.join("canary.txt"), mode))
    };
    "open-by-handle" => |target| open_by_handle(&target.folder.join("canary.txt"));
    "use-an-inherited-descriptor" => |target| {
        call(libc::SYS_lseek, [target.descriptor.into(), 0, 1, 0, 0]).map(|_| "it is open".into())
    };
    // Other processes.
    "run-a-program" => |_| Err(std::process::Command::new("/bin/true").exec());
    "start-a-process" => |_| start_a_process();
    "signal-the-supervisor" => |target| {
        // A signal that does nothing but ask whether others would arrive.
        call(libc::SYS_kill, [target.supervisor.into(), 0, 0, 0, 0]).map(|_| "it may".into())
    };
    "attach-to-the-supervisor" => |target| {
        // Without stopping it; it is let go when the worker ends.
        const SEIZE: i64 = 0x4206;
        call(libc::SYS_ptrace, [SEIZE, target.supervisor.into(), 0, 0, 0]).map(|_| "attached".into())
    };
    "read-the-supervisors-memory" => read_memory;
    "change-the-supervisors-limits" => look_at_limits;
    // The network.
    "connect-to-the-network" => |target| {
        TcpStream::connect((Ipv4Addr::LOCALHOST, target.tcp_port)).map(|_| "connected".into())
    };
    "send-a-datagram" => |target| {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        done(socket.send_to(b"x", (Ipv4Addr::LOCALHOST, target.udp_port)).map(drop))
    };
    "connect-to-a-local-socket" => |target| {
        let address = SocketAddr::from_abstract_name(&target.local_socket)?;
        UnixStream::connect_addr(&address).map(|_| "connected".into())
    };
    // The kernel.
    "mount" => |target| mount_over(&target.folder.join("other-deployment"));
    "make-a-namespace" => |_| {
        call(libc::SYS_unshare, [libc::CLONE_NEWUSER.into(), 0, 0, 0, 0]).map(|_| "made".into())
    };
    "use-io-uring" => |_| {
        /// The size of `struct io_uring_params`.
        const PARAMETERS: usize = 120;
        let mut parameters = [0_u8; PARAMETERS];
        let pointer = address_of(parameters.as_mut_ptr());
        call(libc::SYS_io_uring_setup, [1, pointer, 0, 0, 0]).map(|_| "a ring".into())
    };
    "load-bpf" => |_| {
        // `BPF_MAP_CREATE` of an array with one entry.
        let mut attributes = [2_u32, 4, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let pointer = address_of(attributes.as_mut_ptr());
        let length = size_of_val(&attributes) as i64;
        call(libc::SYS_bpf, [0, pointer, length, 0, 0]).map(|_| "a map".into())
    };
    "use-the-kernels-keys" => |_| {
        // `KEYCTL_GET_KEYRING_ID` of the session's keyring.
        call(libc::SYS_keyctl, [0, -3, 0, 0, 0]).map(|id| format!("keyring {id}"))
    };
    "become-another-user" => |_| {
        const SOMEBODY: i64 = 54_321;
        call(libc::SYS_setuid, [SOMEBODY, 0, 0, 0, 0]).map(|_| "the user changed".into())
    };
    "make-a-device" => |_| {
        use rustix::fs::{CWD, FileType, Mode, makedev, mknodat};
        let made = mknodat(CWD, "device", FileType::CharacterDevice, Mode::RUSR, makedev(1, 3));
        done(made.map_err(io::Error::from))
    };
    "talk-to-a-device" => |_| {
        let waiting = rustix::io::ioctl_fionread(io::stdin())?;
        Ok(format!("{waiting} bytes wait"))
    };
    "become-dumpable-again" => |_| {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        done(set_dumpable_behavior(DumpableBehavior::Dumpable).map_err(io::Error::from))
    };
    "make-executable-memory" => |_| make_executable_memory();
    "choose-another-root" => |_| {
        done(rustix::process::chroot("/").map_err(io::Error::from))
    };
    "choose-another-current-folder" => |_| done(std::env::set_current_dir("/"));
    "go-to-an-open-folder" => |_| {
        call(libc::SYS_fchdir, [ANY_DESCRIPTOR, 0, 0, 0, 0]).map(|_| "it may".into())
    };
    "take-much-memory" => |_| take_much_memory();
    // The disk.
    "reserve-disk-space" => |_| {
        let file = fs::File::create("reserved")?;
        let flags = rustix::fs::FallocateFlags::empty();
        done(rustix::fs::fallocate(file, flags, 0, 1 << 20).map_err(io::Error::from))
    };
    "write-without-calls" => |_| map_for_writing();
    "fill-the-disk" => |_| write_for_ever(fs::File::create("filling")?);
    "fill-the-disk-out-of-sight" => |_| {
        // What has no name is in no folder.
        let file = fs::File::create("unseen")?;
        rustix::fs::unlinkat(rustix::fs::CWD, "unseen", rustix::fs::AtFlags::empty())?;
        write_for_ever(file)
    };
    "make-files-for-ever" => |_| make_files_for_ever();
    // What has to work, so that the others fail for the right reason.
    "write-inside" => |_| done(fs::write("written", "x"));
    // Facts about files, which Landlock does not govern.
    "look-at-a-file-outside" => |target| {
        fs::metadata(target.folder.join("canary.txt")).map(|facts| format!("{} bytes", facts.len()))
    };
    "look-where-a-link-outside-leads" => |_| {
        let link = rustix::fs::readlinkat(rustix::fs::CWD, "/proc/self/exe", Vec::new())?;
        Ok(link.to_string_lossy().into_owned())
    };
    "look-out-of-the-current-folder" => |_| {
        fs::metadata("../canary.txt").map(|facts| format!("{} bytes", facts.len()))
    };
    "look-out-of-a-granted-folder" => |_| look_out_of_any_folder();
    "change-times-outside" => |target| {
        use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, utimensat};
        let zero = Timespec { tv_sec: 0, tv_nsec: 0 };
        let times = Timestamps { last_access: zero, last_modification: zero };
        let path = target.folder.join("canary.txt");
        done(utimensat(CWD, path, &times, AtFlags::empty()).map_err(io::Error::from))
    };
}

fn done(result: io::Result<()>) -> io::Result<String> {
    result.map(|()| "done".to_owned())
}

fn read(path: &Path) -> io::Result<String> {
    fs::read(path).map(|bytes| format!("read {} bytes", bytes.len()))
}

fn start_a_process() -> io::Result<String> {
    match call(libc::SYS_clone, [libc::SIGCHLD.into(), 0, 0, 0, 0])? {
        0 => {
            #[expect(unsafe_code, reason = "a copy of the process must not run on")]
            // SAFETY: ends the copy at once.
            unsafe {
                libc::_exit(0)
            }
        }
        child => Ok(format!("process {child}")),
    }
}

fn read_memory(target: &ProbeTarget) -> io::Result<String> {
    /// The most that is read.
    const MOST: usize = 256;
    let mut copy = [0_u8; MOST];
    let length = usize::try_from(target.memory.length).map_or(MOST, |length| length.min(MOST));
    let (here, there) = (
        [address_of(copy.as_mut_ptr()), length as i64],
        [target.memory.address.cast_signed(), length as i64],
    );
    let arguments =
        [target.supervisor.into(), address_of(here.as_ptr()), 1, address_of(there.as_ptr()), 1];
    let count = call(libc::SYS_process_vm_readv, arguments)?;
    Ok(format!("read {count} bytes: {}", String::from_utf8_lossy(&copy[..length])))
}

fn look_at_limits(target: &ProbeTarget) -> io::Result<String> {
    const OPEN_FILES: i64 = 7;
    let mut limit = [0_u64; 2];
    let pointer = address_of(limit.as_mut_ptr());
    call(libc::SYS_prlimit64, [target.supervisor.into(), OPEN_FILES, 0, pointer, 0])?;
    Ok(format!("it may open {} files", limit[0]))
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

fn mount_over(folder: &Path) -> io::Result<String> {
    let folder = c_path(folder)?;
    let (kind, folder) = (address_of(c"tmpfs".as_ptr()), address_of(folder.as_ptr()));
    call(libc::SYS_mount, [kind, folder, kind, 0, 0]).map(|_| "mounted".into())
}

/// One that a worker has open; which it is does not matter where the call itself is not allowed.
const ANY_DESCRIPTOR: i64 = 3;

/// Tries every descriptor: one of them is a folder that was granted besides the enclosure.
fn look_out_of_any_folder() -> io::Result<String> {
    use std::os::fd::BorrowedFd;
    /// More than a worker has.
    const DESCRIPTORS: std::ops::Range<i32> = 3..64;
    let look = |descriptor| {
        #[expect(unsafe_code, reason = "an attack")]
        // SAFETY: a descriptor that is not open is answered with an error, and none is closed.
        let folder = unsafe { BorrowedFd::borrow_raw(descriptor) };
        rustix::fs::statat(folder, "../canary.txt", rustix::fs::AtFlags::empty())
    };
    let results: Vec<_> = DESCRIPTORS.map(look).collect();
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

fn map_for_writing() -> io::Result<String> {
    use std::os::fd::AsRawFd;
    let file =
        fs::File::options().read(true).write(true).create(true).truncate(true).open("mapped")?;
    file.set_len(PAGE_BYTES.cast_unsigned())?;
    map(PAGE_BYTES, libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED, file.as_raw_fd())?;
    Ok("a page".into())
}

/// Not touched, so that it takes no memory where it succeeds.
fn take_much_memory() -> io::Result<String> {
    const PIECE_BYTES: i64 = 64 << 20;
    const PIECES: i64 = 128;
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    for _ in 0..PIECES {
        map(PIECE_BYTES, libc::PROT_READ | libc::PROT_WRITE, flags, -1)?;
    }
    Ok(format!("{} bytes", PIECES * PIECE_BYTES))
}

fn write_for_ever(mut file: fs::File) -> io::Result<String> {
    /// Much more than anybody may write, and less than harms a machine.
    const MEBIBYTES: u64 = 1024;
    let block = vec![1; 1 << 20];
    for _ in 0..MEBIBYTES {
        io::Write::write_all(&mut file, &block)?;
    }
    Ok(format!("{MEBIBYTES} MiB were written"))
}

/// In folders that nobody can list who is not root.
fn make_files_for_ever() -> io::Result<String> {
    const FILES_PER_FOLDER: u64 = 1000;
    /// The same in files.
    const FILES: u64 = 100_000;
    for number in 0..FILES {
        let folder = format!("unlisted-{}", number / FILES_PER_FOLDER);
        if number.is_multiple_of(FILES_PER_FOLDER) {
            let mode = rustix::fs::Mode::from_raw_mode(0o300);
            rustix::fs::mkdirat(rustix::fs::CWD, &*folder, mode)?;
        }
        fs::File::create(format!("{folder}/{number}"))?;
    }
    Ok(format!("{FILES} files were made"))
}

fn make_executable_memory() -> io::Result<String> {
    let protection = libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC;
    map(PAGE_BYTES, protection, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1)?;
    Ok("a page".into())
}

const PAGE_BYTES: i64 = 4096;

/// Maps memory, and leaves it mapped.
fn map(bytes: i64, protection: i32, flags: i32, file: i32) -> io::Result<()> {
    #[expect(unsafe_code, reason = "an attack")]
    // SAFETY: a new mapping anywhere harms nothing.
    let result = unsafe { libc::syscall(libc::SYS_mmap, 0_i64, bytes, protection, flags, file, 0) };
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

fn c_path(path: &Path) -> io::Result<std::ffi::CString> {
    use std::os::unix::ffi::OsStrExt;
    Ok(std::ffi::CString::new(path.as_os_str().as_bytes())?)
}

/// An address as system calls take it.
fn address_of<T>(pointer: *const T) -> i64 {
    pointer.expose_provenance().cast_signed() as i64
}

/// Makes a system call. A sixth argument, where a call has one, is zero.
fn call(number: libc::c_long, arguments: [i64; 5]) -> io::Result<i64> {
    const SIXTH: i64 = 0;
    let [a, b, c, d, e] = arguments;
    #[expect(unsafe_code, reason = "an attack")]
    // SAFETY: every address that a caller passes is that of a live value of the size that the call
    // reads or writes.
    let result = unsafe { libc::syscall(number, a, b, c, d, e, SIXTH) };
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(result) }
}
