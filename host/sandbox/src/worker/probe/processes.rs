//! Attacks on other processes, the supervisor first, and on what binds the worker to it.

use std::io;
use std::os::unix::process::CommandExt;

use cofferdam_worker_protocol::ProbeTarget;

use super::Attack;
use super::raw::{ANY_DESCRIPTOR, address_of, call, gets};

/// The probes, by name.
pub(super) const PROBES: &[(&str, Attack)] = &[
    ("run-a-program", |_| Err(std::process::Command::new("/bin/true").exec())),
    ("start-a-process", |_| start_a_process()),
    ("signal-the-supervisor", |target| {
        // A signal that does nothing but ask whether others would arrive.
        call(libc::SYS_kill, [target.supervisor.into(), 0, 0, 0, 0]).map(|_| "it may".into())
    }),
    ("attach-to-the-supervisor", |target| {
        // Without stopping it; it is let go when the worker ends.
        const SEIZE: i64 = 0x4206;
        call(libc::SYS_ptrace, [SEIZE, target.supervisor.into(), 0, 0, 0])
            .map(|_| "attached".into())
    }),
    ("read-the-supervisors-memory", read_memory),
    ("change-the-supervisors-limits", look_at_limits),
    ("start-a-process-with-clone3", |_| clone3()),
    ("run-a-program-without-a-path", |_| {
        let (nothing, none) = (address_of(c"".as_ptr()), [0_i64]);
        let (none, empty) = (address_of(none.as_ptr()), libc::AT_EMPTY_PATH.into());
        gets("it ran", libc::SYS_execveat, [ANY_DESCRIPTOR, nothing, none, none, empty])
    }),
    ("signal-the-first-process", |_| {
        // The signal that asks whether others would arrive.
        gets("it may", libc::SYS_kill, [1, 0, 0, 0, 0])
    }),
    ("signal-a-thread-of-the-supervisors", |target| {
        let supervisor = target.supervisor.into();
        gets("it may", libc::SYS_tgkill, [supervisor, supervisor, 0, 0, 0])
    }),
    ("have-the-kernel-signal-the-supervisor", |target| {
        let own = [0, libc::F_SETOWN.into(), target.supervisor.into(), 0, 0];
        gets("it will", libc::SYS_fcntl, own)
    }),
    ("hold-the-supervisor", |target| {
        gets("a handle", libc::SYS_pidfd_open, [target.supervisor.into(), 0, 0, 0, 0])
    }),
    ("take-a-descriptor-of-the-supervisors", |target| {
        let process = call(libc::SYS_pidfd_open, [target.supervisor.into(), 0, 0, 0, 0])?;
        gets("taken", libc::SYS_pidfd_getfd, [process, 0, 0, 0, 0])
    }),
    ("choose-the-supervisors-processor", |target| {
        let mut processors = [0_u64; 16];
        let (bytes, pointer) =
            (size_of_val(&processors) as i64, address_of(processors.as_mut_ptr()));
        call(libc::SYS_sched_getaffinity, [0, bytes, pointer, 0, 0])?;
        let choose = [target.supervisor.into(), bytes, pointer, 0, 0];
        gets("chosen", libc::SYS_sched_setaffinity, choose)
    }),
    ("outlive-the-supervisor", |_| {
        gets("it would", libc::SYS_prctl, [libc::PR_SET_PDEATHSIG.into(), 0, 0, 0, 0])
    }),
    ("stop-the-timer", |_| {
        let never = [0_i64; 4];
        let profiling = libc::ITIMER_PROF.into();
        gets("stopped", libc::SYS_setitimer, [profiling, address_of(never.as_ptr()), 0, 0, 0])
    }),
    ("ignore-the-timer", |_| ignore_the_timer()),
    ("raise-its-own-limits", |_| {
        const PROCESSOR_TIME: i64 = 0;
        let unlimited = [u64::MAX; 2];
        let pointer = address_of(unlimited.as_ptr());
        gets("raised", libc::SYS_prlimit64, [0, PROCESSOR_TIME, pointer, 0, 0])
    }),
    ("share-memory-with-others", |_| share_memory()),
    ("make-a-queue", |_| {
        let (name, flags) = (address_of(c"cofferdam".as_ptr()), libc::O_CREAT | libc::O_RDWR);
        gets("a queue", libc::SYS_mq_open, [name, flags.into(), 0o600, 0, 0])
    }),
];

fn start_a_process() -> io::Result<String> {
    match call(libc::SYS_clone, [libc::SIGCHLD.into(), 0, 0, 0, 0])? {
        0 => end_the_copy(),
        child => Ok(format!("process {child}")),
    }
}

fn clone3() -> io::Result<String> {
    // `struct clone_args` in its first size.
    let mut arguments = [0_u64; 8];
    const EXIT_SIGNAL: usize = 4;
    arguments[EXIT_SIGNAL] = libc::SIGCHLD.unsigned_abs().into();
    let bytes = size_of_val(&arguments) as i64;
    match call(libc::SYS_clone3, [address_of(arguments.as_ptr()), bytes, 0, 0, 0])? {
        0 => end_the_copy(),
        child => Ok(format!("process {child}")),
    }
}

fn end_the_copy() -> ! {
    #[expect(unsafe_code, reason = "a copy of the process must not run on")]
    // SAFETY: ends the copy at once.
    unsafe {
        libc::_exit(0)
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

/// The exact timer sends a signal, which native code can ignore. The kernel's own limit is behind it.
fn ignore_the_timer() -> io::Result<String> {
    /// More than was granted, and less than anybody has to wait for.
    const SECONDS: i64 = 8;
    #[expect(unsafe_code, reason = "an attack")]
    // SAFETY: ignoring a signal calls no handler.
    unsafe {
        libc::signal(libc::SIGPROF, libc::SIG_IGN);
        libc::signal(libc::SIGXCPU, libc::SIG_IGN);
    }
    let mut used = [0_i64; 2];
    while used[0] < SECONDS {
        let (clock, time) = (libc::CLOCK_PROCESS_CPUTIME_ID.into(), address_of(used.as_mut_ptr()));
        call(libc::SYS_clock_gettime, [clock, time, 0, 0, 0])?;
    }
    Ok(format!("it went on for {SECONDS} seconds"))
}

/// A segment that outlives its process, gone again where it can be made.
fn share_memory() -> io::Result<String> {
    const BYTES: i64 = 4096;
    let segment = call(libc::SYS_shmget, [libc::IPC_PRIVATE.into(), BYTES, 0o600, 0, 0])?;
    gets("a segment", libc::SYS_shmctl, [segment, libc::IPC_RMID.into(), 0, 0, 0])
}
