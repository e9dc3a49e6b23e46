//! Attacks from inside a worker, in native code, as if the engine had been broken. For tests.
//!
//! Exists with the cargo feature `test-switches` only. Each attack is what an attacker would try
//! first. Exit code 0: the attack succeeded; 1: the kernel refused it, and the reason says how.
//! The system call filter ends the process instead.

use std::io;

use crate::protocol::{Ending, FromWorker};
use crate::worker::channel::Outbox;

/// Carries out one attack.
pub(super) fn carry_out(name: &str, outbox: &Outbox) -> Ending {
    let result = match ATTACKS.iter().find(|(known, _)| *known == name) {
        Some((_, attack)) => attack(),
        None => Err(io::Error::other("there is no such attack")),
    };
    match result {
        Ok(()) => Ending::Exit(0),
        Err(error) => {
            // A channel that broke shows in the worker's end.
            let _ = outbox.send(&FromWorker::FailReason(error.to_string()));
            Ending::Exit(1)
        }
    }
}

/// The descriptor that a test lets its workers inherit.
const INHERITED: i64 = 200;

type Attack = fn() -> io::Result<()>;

/// Every attack by name.
const ATTACKS: &[(&str, Attack)] = &[
    ("read-a-file-outside", || std::fs::read("/etc/passwd").map(drop)),
    ("list-a-folder-outside", || std::fs::read_dir("/etc").map(drop)),
    ("write-a-file-outside", || std::fs::write("/tmp/cofferdam-escaped", "x")),
    ("leave-the-enclosure", || std::fs::read("../../../../../etc/passwd").map(drop)),
    ("read-another-processs-environment", || std::fs::read("/proc/1/environ").map(drop)),
    ("use-an-inherited-descriptor", || call(libc::SYS_lseek, [INHERITED, 0, 1, 0, 0])),
    ("write-inside", || std::fs::write("written", "x")),
    ("look-at-a-file-outside", || std::fs::metadata("/etc/passwd").map(drop)),
    ("look-where-a-link-outside-leads", || {
        let link = rustix::fs::readlinkat(rustix::fs::CWD, "/proc/self/exe", Vec::new());
        Ok(link.map(drop)?)
    }),
    ("change-times-outside", || {
        let path = pointer(c"/tmp/cofferdam-times");
        call(libc::SYS_utimensat, [libc::AT_FDCWD.into(), path, 0, 0, 0])
    }),
    ("run-a-program", || {
        let path = c"/bin/true";
        let arguments = [path.as_ptr(), std::ptr::null()];
        #[expect(unsafe_code, reason = "an attack")]
        // SAFETY: the arguments are valid; the call does not return when it succeeds.
        let result = unsafe { libc::execv(path.as_ptr(), arguments.as_ptr()) };
        outcome(result.into())
    }),
    ("start-a-process", || call(libc::SYS_clone, [17, 0, 0, 0, 0])),
    ("make-a-socket", || {
        call(libc::SYS_socket, [libc::AF_INET.into(), libc::SOCK_STREAM.into(), 0, 0, 0])
    }),
    ("make-a-local-socket", || {
        call(libc::SYS_socket, [libc::AF_UNIX.into(), libc::SOCK_STREAM.into(), 0, 0, 0])
    }),
    ("signal-the-supervisor", || {
        call(libc::SYS_kill, [std::os::unix::process::parent_id().into(), 0, 0, 0, 0])
    }),
    ("attach-to-the-supervisor", || {
        let supervisor = std::os::unix::process::parent_id().into();
        call(libc::SYS_ptrace, [libc::PTRACE_ATTACH.into(), supervisor, 0, 0, 0])
    }),
    ("read-another-processs-memory", || {
        call(libc::SYS_process_vm_readv, [std::os::unix::process::parent_id().into(), 0, 0, 0, 0])
    }),
    ("mount", || call(libc::SYS_mount, [0, 0, 0, 0, 0])),
    ("make-a-namespace", || call(libc::SYS_unshare, [libc::CLONE_NEWUSER.into(), 0, 0, 0, 0])),
    ("open-by-handle", || call(libc::SYS_open_by_handle_at, [0, 0, 0, 0, 0])),
    ("use-io-uring", || call(libc::SYS_io_uring_setup, [1, 0, 0, 0, 0])),
    ("load-bpf", || call(libc::SYS_bpf, [0, 0, 0, 0, 0])),
    ("use-the-kernels-keys", || call(libc::SYS_keyctl, [0, 0, 0, 0, 0])),
    ("become-root", || call(libc::SYS_setuid, [0, 0, 0, 0, 0])),
    ("change-a-mode", || {
        call(libc::SYS_fchmodat, [libc::AT_FDCWD.into(), pointer(c"."), 0o777, 0, 0])
    }),
    ("make-a-device", || {
        let mode = i64::from(libc::S_IFCHR) | 0o666;
        call(libc::SYS_mknodat, [libc::AT_FDCWD.into(), pointer(c"device"), mode, 0x103, 0])
    }),
    ("talk-to-a-device", || call(libc::SYS_ioctl, [0, libc::TIOCSTI.cast_signed(), 0, 0, 0])),
    ("change-another-processs-limits", || {
        call(libc::SYS_prlimit64, [std::os::unix::process::parent_id().into(), 7, 0, 0, 0])
    }),
    ("become-dumpable-again", || call(libc::SYS_prctl, [libc::PR_SET_DUMPABLE.into(), 1, 0, 0, 0])),
    ("make-executable-memory", || {
        crate::lockdown::seal().map_err(io::Error::other)?;
        let protection = libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        #[expect(unsafe_code, reason = "an attack")]
        // SAFETY: a new mapping anywhere harms nothing.
        let mapping = unsafe { libc::mmap(std::ptr::null_mut(), 4096, protection, flags, -1, 0) };
        if mapping == libc::MAP_FAILED { Err(io::Error::last_os_error()) } else { Ok(()) }
    }),
];

fn pointer(text: &'static std::ffi::CStr) -> i64 {
    text.as_ptr().expose_provenance().cast_signed() as i64
}

/// Makes a system call.
fn call(number: i64, arguments: [i64; 5]) -> io::Result<()> {
    let [a, b, c, d, e] = arguments;
    #[expect(unsafe_code, reason = "an attack")]
    // SAFETY: calls that write to memory get null pointers or no length.
    let result = unsafe { libc::syscall(number, a, b, c, d, e) };
    outcome(result)
}

fn outcome(result: i64) -> io::Result<()> {
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
