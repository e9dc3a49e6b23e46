//! Resource limits of the process, which cannot be raised again.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::{LockdownError, ResourcePlan};

/// No core, neither a file nor through the pipe of a program that collects them: the kernel takes
/// nought to mean no file only.
const NO_CORE_BYTES: u64 = 1;

/// As much stack as the first thread has by default. WebAssembly has stacks of its own; this keeps
/// native code from taking memory as stack where the machine sets no limit, or a high one.
const STACK_BYTES: u64 = 8 << 20;

/// Sets every limit, as hard limits.
///
/// # Errors
/// When the kernel refuses one.
pub(super) fn limit(plan: &ResourcePlan) -> Result<(), LockdownError> {
    set(Resource::Core, NO_CORE_BYTES)?;
    if !plan.threads {
        set(Resource::Nproc, 0)?;
    }
    set(Resource::Fsize, plan.file_bytes)?;
    set(Resource::Nofile, plan.descriptors)?;
    set(Resource::Memlock, 0)?;
    set(Resource::Stack, STACK_BYTES)?;
    set(Resource::Msgqueue, 0)?;
    set(Resource::As, plan.address_space_bytes)?;
    if let Some(bytes) = plan.writable_memory_bytes {
        set(Resource::Data, bytes)?;
    }
    limit_processor_time(plan.cpu_ms)
}

/// A limit, or what is in force already when that is less.
fn set(resource: Resource, value: u64) -> Result<(), LockdownError> {
    let value = getrlimit(resource).maximum.map_or(value, |maximum| maximum.min(value));
    setrlimit(resource, Rlimit { current: Some(value), maximum: Some(value) })
        .map_err(|e| LockdownError::new("set a resource limit", e))
}

/// A timer for the exact time, whose signal ends the process, and behind it the kernel's limit in
/// whole seconds, which no signal handler can put off.
fn limit_processor_time(cpu_ms: u64) -> Result<(), LockdownError> {
    let seconds = cpu_ms.div_ceil(1000).saturating_add(1);
    set(Resource::Cpu, seconds)?;
    let after = libc::timeval {
        tv_sec: libc::time_t::try_from(cpu_ms / 1000).unwrap_or(libc::time_t::MAX),
        tv_usec: libc::suseconds_t::try_from(cpu_ms % 1000 * 1000).unwrap_or(0),
    };
    let never = libc::timeval { tv_sec: 0, tv_usec: 0 };
    let timer = libc::itimerval { it_interval: never, it_value: after };
    #[expect(unsafe_code, reason = "there is no safe interface to this timer")]
    // SAFETY: the timer is a valid value, and the old one is not asked for.
    let result =
        unsafe { libc::setitimer(libc::ITIMER_PROF, &raw const timer, std::ptr::null_mut()) };
    if result == 0 {
        Ok(())
    } else {
        Err(LockdownError::new("set a timer", std::io::Error::last_os_error()))
    }
}
