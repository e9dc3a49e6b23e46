//! How a worker process ended, and what it took.

use std::process::Child;

/// The end of a process.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Exit {
    /// The exit code, when it chose one.
    pub(super) code: Option<i32>,
    /// The signal that ended it.
    pub(super) signal: Option<i32>,
    /// Processor time, user and system.
    pub(super) cpu_ms: u64,
    /// Its largest resident size.
    pub(super) peak_memory_bytes: u64,
    /// What it printed on its own standard error: a panic, mostly.
    pub(super) last_words: String,
}

impl Exit {
    /// How it ended, in words that complete "the worker".
    pub(super) fn in_words(&self) -> String {
        let how = match (self.signal, self.code) {
            (Some(signal), _) => match signal_name(signal) {
                Some(name) => format!("was ended by signal {signal} ({name})"),
                None => format!("was ended by signal {signal}"),
            },
            (None, Some(code)) => format!("ended with exit code {code} and without an answer"),
            (None, None) => "ended in an unknown way".to_owned(),
        };
        match self.last_words.lines().next() {
            Some(words) => format!("{how}: {words}"),
            None => how,
        }
    }

    /// Whether its processor time ran out.
    pub(super) fn is_out_of_time(&self, cpu_limit_ms: u64) -> bool {
        match self.signal {
            Some(signals::PROF | signals::XCPU) => true,
            // The kernel's last resort has no signal of its own.
            Some(signals::KILL) => self.cpu_ms >= cpu_limit_ms,
            _ => false,
        }
    }

    /// Whether it wrote a larger file than it may.
    pub(super) fn wrote_too_large_a_file(&self) -> bool {
        self.signal == Some(signals::XFSZ)
    }

    /// Whether it could not get memory. The standard library says so and aborts.
    pub(super) fn is_out_of_memory(&self) -> bool {
        self.signal == Some(signals::ABRT) && self.last_words.contains("memory allocation of")
    }
}

/// The signals that mean something here, with the numbers of Linux on x86-64 and AArch64; those
/// of macOS for the same names are the same, save SYS.
mod signals {
    pub(super) const ABRT: i32 = 6;
    pub(super) const KILL: i32 = 9;
    pub(super) const XCPU: i32 = 24;
    pub(super) const XFSZ: i32 = 25;
    pub(super) const PROF: i32 = 27;
}

fn signal_name(signal: i32) -> Option<&'static str> {
    Some(match signal {
        4 => "illegal instruction",
        signals::ABRT => "abort",
        7 => "bus error",
        8 => "arithmetic error",
        signals::KILL => "kill",
        11 => "segmentation fault",
        signals::XCPU => "processor time",
        signals::XFSZ => "file size",
        signals::PROF => "processor time",
        31 => "bad system call",
        _ => return None,
    })
}

/// Waits for a child and asks what it took.
#[cfg(unix)]
pub(super) fn wait(child: &mut Child) -> Exit {
    use std::os::unix::process::ExitStatusExt;

    let Ok(pid) = libc::pid_t::try_from(child.id()) else { return Exit::default() };
    let mut status = 0;
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    let reaped = loop {
        #[expect(unsafe_code, reason = "the standard library does not say what a child took")]
        // SAFETY: both pointers are valid for the call, and the child was not waited for yet.
        let reaped = unsafe { libc::wait4(pid, &raw mut status, 0, usage.as_mut_ptr()) };
        let interrupted = std::io::Error::last_os_error().kind();
        if reaped != -1 || interrupted != std::io::ErrorKind::Interrupted {
            break reaped;
        }
    };
    if reaped != pid {
        return Exit::default();
    }
    #[expect(unsafe_code, reason = "the same")]
    // SAFETY: zeroes are a valid value, and the call has filled it in.
    let usage = unsafe { usage.assume_init() };
    let milliseconds = |time: libc::timeval| {
        let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
        seconds * 1000 + u64::try_from(time.tv_usec).unwrap_or(0) / 1000
    };
    // macOS counts in bytes, everybody else in kibibytes.
    let unit = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
    let status = std::process::ExitStatus::from_raw(status);
    Exit {
        code: status.code(),
        signal: status.signal(),
        cpu_ms: milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime),
        peak_memory_bytes: u64::try_from(usage.ru_maxrss).unwrap_or(0) * unit,
        last_words: String::new(),
    }
}

/// Waits for a child; what it took is not known here.
#[cfg(not(unix))]
pub(super) fn wait(child: &mut Child) -> Exit {
    Exit { code: child.wait().ok().and_then(|status| status.code()), ..Exit::default() }
}
