//! The system calls that a worker may make: one table. Any other call ends the process.
//!
//! There is no call in it that makes a socket, runs a program, makes a process, attaches to one,
//! sends a signal to another, mounts, loads, changes users, or makes a device. Calls that name
//! files are in it; Landlock decides which files.

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Length, SeccompCmpOp as Compare,
    SeccompCondition, SeccompFilter, SeccompRule, apply_filter, apply_filter_all_threads,
};

use super::{LockdownError, Purpose};

/// Calls that both kinds of worker make: memory, time, the channel, ending.
const COMMON: &[c_long] = &[
    // Memory. Executable mappings are needed to load code; the seal forbids them.
    libc::SYS_brk,
    libc::SYS_madvise,
    libc::SYS_mprotect,
    libc::SYS_mremap,
    libc::SYS_munmap,
    // The channel, which is descriptor 0, and files.
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_lseek,
    libc::SYS_pread64,
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_sendmsg,
    libc::SYS_sendto,
    libc::SYS_write,
    libc::SYS_writev,
    // Time and waiting.
    libc::SYS_clock_getres,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_futex,
    libc::SYS_gettimeofday,
    libc::SYS_nanosleep,
    libc::SYS_restart_syscall,
    libc::SYS_sched_yield,
    // Signals: the engine turns faults of WebAssembly code into traps.
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    // Who and what the process is; says nothing that it does not know.
    libc::SYS_getpid,
    libc::SYS_getrandom,
    libc::SYS_gettid,
    libc::SYS_sched_getaffinity,
    // Ending.
    libc::SYS_exit,
    libc::SYS_exit_group,
    // The seal.
    libc::SYS_seccomp,
];

/// Calls on files that a worker makes when it runs a hook.
const RUN: &[c_long] = &[
    libc::SYS_fadvise64,
    libc::SYS_fchdir, // to load a component; the seal forbids it
    libc::SYS_fdatasync,
    libc::SYS_fsync,
    libc::SYS_ftruncate,
    libc::SYS_getdents64,
    libc::SYS_linkat,
    libc::SYS_memfd_create, // images of linear memory, to load a component; the seal forbids it
    libc::SYS_mkdirat,
    libc::SYS_newfstatat,
    libc::SYS_openat,
    libc::SYS_openat2,
    libc::SYS_preadv,
    libc::SYS_pwrite64,
    libc::SYS_pwritev,
    libc::SYS_pwritev2, // appending
    libc::SYS_readlinkat,
    libc::SYS_renameat2,
    libc::SYS_statx,
    libc::SYS_symlinkat,
    libc::SYS_unlinkat,
    libc::SYS_utimensat,
    libc::SYS_renameat,
];

/// Calls that threads need, for compiling in parallel.
const COMPILE: &[c_long] = &[
    libc::SYS_membarrier,
    libc::SYS_openat, // see below
    libc::SYS_rseq,
    libc::SYS_set_robust_list,
];

/// Calls that a compiling worker tries and lives without, and the error that it gets.
const REFUSED_TO_COMPILERS: &[(c_long, libc::c_int)] = &[
    // Its arguments are in memory, where a filter cannot look. The C library falls back to `clone`,
    // whose arguments are looked at.
    (libc::SYS_clone3, libc::ENOSYS),
    // The number of processors is looked for in files. Refused here and not by Landlock alone, which
    // not every machine has.
    (libc::SYS_openat, libc::EACCES),
];

/// The architecture for which filters are made; `None` where there are none.
const ARCHITECTURE: Option<seccompiler::TargetArch> = if cfg!(target_arch = "x86_64") {
    Some(seccompiler::TargetArch::x86_64)
} else if cfg!(target_arch = "aarch64") {
    Some(seccompiler::TargetArch::aarch64)
} else {
    None
};

/// Whether this machine has such filters.
pub(super) fn is_available() -> bool {
    ARCHITECTURE.is_some() && rustix::thread::secure_computing_mode().is_ok()
}

/// Installs the allow-list for all threads. Returns whether the machine has such filters.
///
/// # Errors
/// When the kernel refuses the filter.
pub(super) fn install(purpose: Purpose) -> Result<bool, LockdownError> {
    if !is_available() {
        return Ok(false);
    }
    let mut rules: BTreeMap<c_long, Vec<SeccompRule>> =
        COMMON.iter().map(|call| (*call, Vec::new())).collect();
    rules.insert(libc::SYS_mmap, vec![private_mappings_only()?]);
    rules.insert(libc::SYS_tgkill, vec![own_process_only()?]);
    rules.insert(libc::SYS_fcntl, descriptor_flags_only()?);
    // What installs a filter gives up new privileges first, every time.
    rules.insert(libc::SYS_prctl, vec![this_prctl_only(libc::PR_SET_NO_NEW_PRIVS)?]);
    match purpose {
        Purpose::Run => rules.extend(RUN.iter().map(|call| (*call, Vec::new()))),
        Purpose::Compile => {
            rules.extend(COMPILE.iter().map(|call| (*call, Vec::new())));
            rules.insert(libc::SYS_clone, vec![threads_only()?]);
            rules.insert(libc::SYS_clone3, Vec::new());
            let names = this_prctl_only(libc::PR_SET_NAME)?;
            rules.entry(libc::SYS_prctl).or_default().push(names);
        }
    }
    let filter = compile(rules, SeccompAction::KillProcess, SeccompAction::Allow)?;
    apply_filter_all_threads(&filter)
        .map_err(|e| LockdownError::new("install the system call filter", e))?;
    if purpose == Purpose::Compile {
        for (call, errno) in REFUSED_TO_COMPILERS {
            let rules = BTreeMap::from([(*call, Vec::new())]);
            let refused = SeccompAction::Errno(errno.unsigned_abs());
            apply_filter(&compile(rules, SeccompAction::Allow, refused)?)
                .map_err(|e| LockdownError::new("install the system call filter", e))?;
        }
    }
    Ok(true)
}

/// Installs the second filter, after the code was loaded: no memory becomes executable any more, none
/// is taken as a file, which no limit on memory counts, the current folder stays what it is, and no
/// further filter is installed.
///
/// # Errors
/// When the kernel refuses the filter.
pub(super) fn install_seal() -> Result<(), LockdownError> {
    if ARCHITECTURE.is_none() {
        return Ok(());
    }
    let executable = || {
        let protection = libc::PROT_EXEC.unsigned_abs().into();
        rule(vec![(2, Length::Dword, Compare::MaskedEq(protection), protection)])
    };
    let rules = BTreeMap::from([
        (libc::SYS_mmap, vec![executable()?]),
        (libc::SYS_mprotect, vec![executable()?]),
        (libc::SYS_fchdir, Vec::new()),
        (libc::SYS_memfd_create, Vec::new()),
        (libc::SYS_prctl, Vec::new()),
        (libc::SYS_seccomp, Vec::new()),
    ]);
    apply_filter(&compile(rules, SeccompAction::Allow, SeccompAction::KillProcess)?)
        .map_err(|e| LockdownError::new("install the second system call filter", e))
}

/// `abort` sends a signal to the process itself.
fn own_process_only() -> Result<SeccompRule, LockdownError> {
    rule(vec![(0, Length::Dword, Compare::Eq, std::process::id().into())])
}

/// Of `mmap`, what changes no file and is counted: what is written to files goes through calls, where
/// the kernel counts it, and memory that grows downwards would be counted as stack, which the limit on
/// memory is not about.
fn private_mappings_only() -> Result<SeccompRule, LockdownError> {
    let refused = libc::MAP_SHARED | libc::MAP_GROWSDOWN | libc::MAP_HUGETLB;
    rule(vec![(3, Length::Dword, Compare::MaskedEq(refused.unsigned_abs().into()), 0)])
}

/// Of `fcntl`, what reads and sets flags, duplicates a descriptor, and seals an image of memory.
fn descriptor_flags_only() -> Result<Vec<SeccompRule>, LockdownError> {
    [
        libc::F_GETFD,
        libc::F_SETFD,
        libc::F_GETFL,
        libc::F_SETFL,
        libc::F_DUPFD_CLOEXEC,
        libc::F_ADD_SEALS,
    ]
    .into_iter()
    .map(|command| rule(vec![(1, Length::Dword, Compare::Eq, command.unsigned_abs().into())]))
    .collect()
}

/// Of `clone`, what makes a thread of this process and nothing else.
fn threads_only() -> Result<SeccompRule, LockdownError> {
    let flags = libc::CLONE_VM
        | libc::CLONE_FS
        | libc::CLONE_FILES
        | libc::CLONE_SIGHAND
        | libc::CLONE_THREAD
        | libc::CLONE_SYSVSEM
        | libc::CLONE_SETTLS
        | libc::CLONE_PARENT_SETTID
        | libc::CLONE_CHILD_CLEARTID;
    rule(vec![(0, Length::Qword, Compare::Eq, flags.unsigned_abs().into())])
}

/// Of `prctl`, one operation.
fn this_prctl_only(operation: libc::c_int) -> Result<SeccompRule, LockdownError> {
    rule(vec![(0, Length::Dword, Compare::Eq, operation.unsigned_abs().into())])
}

fn rule(conditions: Vec<(u8, Length, Compare, u64)>) -> Result<SeccompRule, LockdownError> {
    conditions
        .into_iter()
        .map(|(argument, length, compare, value)| {
            SeccompCondition::new(argument, length, compare, value)
        })
        .collect::<Result<Vec<_>, _>>()
        .and_then(SeccompRule::new)
        .map_err(|e| LockdownError::new("make the system call filter", e))
}

fn compile(
    rules: BTreeMap<c_long, Vec<SeccompRule>>,
    otherwise: SeccompAction,
    matching: SeccompAction,
) -> Result<BpfProgram, LockdownError> {
    let failed =
        |e: seccompiler::BackendError| LockdownError::new("make the system call filter", e);
    let Some(architecture) = ARCHITECTURE else { return Ok(BpfProgram::new()) };
    SeccompFilter::new(rules, otherwise, matching, architecture)
        .and_then(BpfProgram::try_from)
        .map_err(failed)
}
