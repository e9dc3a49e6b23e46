//! Attacks with native code inside a worker, as if the engine had been broken. One table; what each
//! does is in the sandbox, as a probe.

use std::io;
use std::net::{Ipv4Addr, TcpListener, UdpSocket};

use cofferdam_capability::{Grant, LimitName, Limits};
use cofferdam_sandbox::{
    Enclosure, HookError, Module, ModuleSource, Probe, ProbeMemory, ProbeOutcome, ProbeReport,
    ProbeTarget, Walls,
};

use crate::machine::Machine;
use crate::scene::Scene;
use crate::trial::Trial;
use crate::{Control, Wall};

/// One probe, and what has to hold it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NativeAttack {
    /// As the sandbox calls it.
    pub(crate) name: &'static str,
    /// What the attacker wants.
    pub(crate) wants: &'static str,
    /// What holds it on a machine with every wall.
    pub(crate) held_by: Wall,
    /// The controls that hold it, each by itself.
    pub(crate) controls: &'static [Control],
}

const fn held(
    wall: Wall,
    name: &'static str,
    wants: &'static str,
    controls: &'static [Control],
) -> NativeAttack {
    NativeAttack { name, wants, held_by: wall, controls }
}

/// Held by the root directory first, in which there is no such path.
const fn files(
    name: &'static str,
    wants: &'static str,
    controls: &'static [Control],
) -> NativeAttack {
    held(Wall::OwnRoot, name, wants, controls)
}

/// Held by the system call filter.
const fn calls(
    name: &'static str,
    wants: &'static str,
    controls: &'static [Control],
) -> NativeAttack {
    held(Wall::SystemCalls, name, wants, controls)
}

use Control::{Descriptors, Landlock, Limits as LimitsControl, Other, OwnRoot, Seal, SystemCalls};

const WRITTEN: Wall = Wall::Limit(LimitName::WrittenBytes);
const CREATED: Wall = Wall::Limit(LimitName::FilesCreated);
const TIME: Wall = Wall::Limit(LimitName::CpuTime);

/// Limits that are lower than the defaults in every probe, so that what overruns them is over soon.
const LOWERED: [(LimitName, u64); 4] = [
    (LimitName::WrittenBytes, 1 << 20),
    (LimitName::FilesCreated, 50),
    (LimitName::CpuTime, 3_000),
    (LimitName::WallTime, 60_000),
];

/// Every native attack.
#[rustfmt::skip]
pub(crate) const NATIVE_ATTACKS: &[NativeAttack] = &[
    // Files.
    files("read-a-file-outside", "/etc/passwd", &[OwnRoot, Landlock]),
    files("read-another-deployment", "another deployment's secret", &[OwnRoot, Landlock]),
    files("leave-the-enclosure", "a file beside the enclosure, by a relative path", &[OwnRoot, Landlock]),
    files("list-a-folder-outside", "the names of what is outside", &[OwnRoot, Landlock]),
    files("create-a-file-outside", "a new file outside", &[OwnRoot, Landlock]),
    files("change-a-file-outside", "to write into a file outside", &[OwnRoot, Landlock]),
    files("remove-a-file-outside", "to remove a file outside", &[OwnRoot, Landlock]),
    files("move-a-file-out", "to move a file out of the enclosure", &[OwnRoot, Landlock]),
    files("link-a-file-in", "a second name inside for a file outside", &[OwnRoot, Landlock]),
    files("read-the-supervisors-environment", "what the supervisor was started with", &[OwnRoot, Landlock, Other]),
    files("look-at-a-file-outside", "size and existence of what is outside", &[OwnRoot]),
    files("look-out-of-the-current-folder", "the same by a relative path", &[OwnRoot]),
    files("look-where-a-link-outside-leads", "the program that is running", &[OwnRoot]),
    files("change-times-outside", "to change the times of a file outside", &[OwnRoot]),
    calls("make-a-file-outside-writable", "anybody to be able to write a file outside", &[SystemCalls, OwnRoot]),
    calls("open-by-handle", "a file outside past every check of paths", &[SystemCalls, OwnRoot, Other]),
    held(Wall::Descriptors, "use-an-inherited-descriptor", "a file that the supervisor has open", &[Descriptors]),
    // What the host finds afterwards.
    held(Wall::Kernel, "make-a-program-of-its-owner", "a program that others run and that runs as root", &[Other]),
    calls("give-a-file-capabilities", "the same with capabilities", &[SystemCalls, Other]),
    calls("give-a-file-away", "files that the host may not remove", &[SystemCalls, Other]),
    calls("make-a-file-irremovable", "files that nobody may remove", &[SystemCalls, Other]),
    calls("hide-data-in-attributes", "disk that nobody counts, and data that nobody sees", &[SystemCalls, Other]),
    calls("make-a-pipe-for-the-host", "the host to open it and wait for ever", &[SystemCalls, Landlock]),
    calls("make-the-host-wait-for-a-file", "the host to wait for a lease that is not given back", &[SystemCalls, Other]),
    calls("lock-a-file-of-the-hosts", "the host to wait for a lock", &[SystemCalls]),
    calls("watch-what-others-do", "to be told what the host does with its files", &[SystemCalls]),
    calls("watch-the-whole-machine", "to be told what anybody does with files", &[SystemCalls, Other]),
    // Other processes.
    calls("run-a-program", "a program of the machine", &[SystemCalls, OwnRoot, Landlock]),
    calls("start-a-process", "a second process, which outlives the kill", &[SystemCalls, Other]),
    calls("signal-the-supervisor", "to end the supervisor", &[SystemCalls, Landlock]),
    calls("attach-to-the-supervisor", "to control the supervisor with ptrace", &[SystemCalls, Landlock, Other]),
    calls("read-the-supervisors-memory", "secrets of other hooks, keys", &[SystemCalls, Landlock, Other]),
    calls("change-the-supervisors-limits", "to look at and change the supervisor's limits", &[SystemCalls]),
    calls("start-a-process-with-clone3", "a second process, by a call whose arguments no filter sees", &[SystemCalls, Other]),
    calls("run-a-program-without-a-path", "to run what it has open", &[SystemCalls, Other]),
    calls("signal-the-first-process", "to end what everything else depends on", &[SystemCalls, Landlock, Other]),
    calls("signal-a-thread-of-the-supervisors", "to end the supervisor, by the call that `abort` needs", &[SystemCalls, Landlock]),
    calls("have-the-kernel-signal-the-supervisor", "the same by way of a descriptor's owner", &[SystemCalls]),
    calls("hold-the-supervisor", "a handle on the supervisor", &[SystemCalls]),
    calls("take-a-descriptor-of-the-supervisors", "a file that the supervisor has open", &[SystemCalls, Landlock, Other]),
    calls("choose-the-supervisors-processor", "a supervisor that is too slow to watch", &[SystemCalls, Other]),
    calls("outlive-the-supervisor", "to go on when nobody watches", &[SystemCalls, Seal]),
    calls("stop-the-timer", "to go on past its processor time", &[SystemCalls]),
    held(TIME, "ignore-the-timer", "the same by ignoring its signal", &[LimitsControl]),
    calls("raise-its-own-limits", "the same, and everything else", &[SystemCalls, Other]),
    calls("share-memory-with-others", "memory that outlives it", &[SystemCalls]),
    calls("make-a-queue", "to talk to others, and memory that outlives it", &[SystemCalls, Other]),
    // The network.
    calls("connect-to-the-network", "a TCP connection", &[SystemCalls, Landlock]),
    calls("send-a-datagram", "to send a UDP datagram", &[SystemCalls]),
    calls("connect-to-a-local-socket", "what listens on an abstract socket of this machine", &[SystemCalls, Landlock]),
    calls("make-a-pair-of-sockets", "sockets of any kind", &[SystemCalls]),
    // The kernel.
    calls("mount", "other files where others expect theirs", &[SystemCalls, OwnRoot, Landlock, Other]),
    calls("make-a-namespace", "to be root in a namespace of its own", &[SystemCalls, Other]),
    calls("choose-another-root", "a root directory that is not the enclosure", &[SystemCalls, Other]),
    calls("choose-another-current-folder", "a current folder that is not the enclosure", &[SystemCalls]),
    held(Wall::Seal, "go-to-an-open-folder", "the same by a descriptor", &[Seal, Other]),
    calls("use-io-uring", "system calls past the filter", &[SystemCalls, Other]),
    calls("load-bpf", "a program in the kernel", &[SystemCalls, Other]),
    calls("use-the-kernels-keys", "keys that the kernel keeps", &[SystemCalls]),
    calls("become-another-user", "another user's rights", &[SystemCalls, Other]),
    calls("make-a-device", "a device of its own", &[SystemCalls, Landlock, Other]),
    calls("talk-to-a-device", "drivers and terminals", &[SystemCalls]),
    calls("become-dumpable-again", "others to attach to it", &[SystemCalls, Seal]),
    calls("add-a-key", "to leave something with the kernel", &[SystemCalls, Other]),
    calls("join-a-namespace", "what others see of the machine", &[SystemCalls, Other]),
    calls("open-a-file-system", "a file system of its own, by the new calls", &[SystemCalls, Other]),
    calls("take-a-copy-of-the-mounts", "a root beside its own", &[SystemCalls, Other]),
    calls("take-capabilities-back", "to be root again", &[SystemCalls, Other]),
    calls("load-a-module", "code in the kernel", &[SystemCalls, Other]),
    calls("watch-the-processor", "what others compute, by the processor's counters", &[SystemCalls, Other]),
    calls("handle-faults-of-memory", "to hold up the kernel in the middle of a call", &[SystemCalls, Other]),
    calls("type-into-the-terminal", "the operator's shell to run a command", &[SystemCalls, Other]),
    calls("lay-memory-out-as-long-ago", "memory where old exploits expect it", &[SystemCalls]),
    calls("make-rules-of-its-own", "code of the kernel that workers have no use for", &[SystemCalls]),
    held(Wall::Seal, "install-another-filter", "the same, and answers of its own to its own calls", &[Seal]),
    calls("call-as-a-32-bit-program", "calls with other numbers, past a filter that looks at the number alone", &[SystemCalls, Other]),
    calls("call-by-another-number", "the same by a bit in the number", &[SystemCalls, Other]),
    held(Wall::Seal, "make-executable-memory", "to bring code of its own", &[Seal]),
    held(Wall::Kernel, "take-much-memory", "the machine's memory, past the limit of the engine", &[LimitsControl]),
    calls("take-memory-as-stack", "the same as memory that is counted as stack", &[SystemCalls]),
    held(Wall::Seal, "take-memory-as-files", "the same as files without a disk", &[Seal]),
    held(Wall::Kernel, "take-memory-in-tables", "the same as the kernel's tables of it", &[Other]),
    // The disk.
    calls("reserve-disk-space", "disk that nobody counts", &[SystemCalls]),
    calls("write-without-calls", "to write through memory, which nobody counts", &[SystemCalls]),
    calls("copy-without-writing", "to have the kernel write, which nobody counts", &[SystemCalls]),
    held(WRITTEN, "fill-the-disk", "a full disk, past the counts in the worker", &[LimitsControl]),
    held(WRITTEN, "fill-the-disk-out-of-sight", "the same with a file that has no name", &[LimitsControl]),
    held(CREATED, "make-files-for-ever", "no inodes to be left, past the counts in the worker", &[LimitsControl]),
];

impl NativeAttack {
    /// How it has to end.
    pub(crate) fn expected(&self) -> String {
        match self.held_by {
            Wall::SystemCalls | Wall::Seal => {
                "the worker is ended by signal 31 (bad system call)".to_owned()
            }
            wall => format!("refused ({wall})"),
        }
    }

    /// Carries it out in a worker, and looks at everything that must not have happened.
    pub(crate) fn run(&self, machine: &Machine) -> io::Result<Trial> {
        /// Where something lies that only the supervisor may know.
        static MEMORY: [u8; 32] = *b"a secret of the supervisor 9d41c";
        let scene = Scene::new(machine)?;
        let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        let (local_socket, _listener) = local_listener(&scene)?;
        let inherited = Inherited::new(&scene)?;
        let target = ProbeTarget {
            folder: scene.outside().to_owned(),
            enclosure: "enclosure".into(),
            tcp_port: tcp.local_addr()?.port(),
            udp_port: udp.local_addr()?.port(),
            local_socket,
            supervisor: std::process::id(),
            memory: ProbeMemory { address: MEMORY.as_ptr().expose_provenance() as u64, length: 32 },
            descriptor: inherited.number(),
        };
        let module = module(machine)?;
        let enclosure = Enclosure::open(scene.enclosure()).map_err(io::Error::other)?;
        let probe = Probe { name: self.name.to_owned(), target };
        let mut trial = Trial::default();
        match machine.sandbox.probe(&module, &enclosure, &lowered(&machine.grant), probe) {
            Ok(report) => self.judge(report, &mut trial),
            Err(HookError::Limit { limit, allowed, .. }) => {
                trial.evidence(format!("{limit} of {}", limit.format_value(allowed)));
                self.stopped_by(Wall::Limit(limit), &mut trial);
            }
            Err(error) => trial.not_tried(error.to_string()),
        }
        scene.look_around(&mut trial)?;
        Ok(trial)
    }

    fn judge(&self, report: ProbeReport, trial: &mut Trial) {
        /// What a filter of system calls ends a process with.
        const BAD_SYSTEM_CALL: i32 = 31;
        let walls = report.walls;
        let wall = match report.outcome {
            ProbeOutcome::Succeeded { got } => return trial.harm(format!("it succeeded: {got}")),
            ProbeOutcome::Killed { signal, detail } => {
                trial.evidence(format!("the worker {detail}"));
                let has_filter = walls.system_calls
                    && self.held_by != Wall::Seal
                    && self.controls.contains(&SystemCalls);
                match signal {
                    BAD_SYSTEM_CALL if has_filter => Wall::SystemCalls,
                    BAD_SYSTEM_CALL => Wall::Seal,
                    _ => Wall::Kernel,
                }
            }
            ProbeOutcome::Refused { why } => {
                let wall = self.refusing(&why, &walls);
                trial.evidence(why);
                wall
            }
        };
        self.stopped_by(wall, trial);
    }

    /// Which wall an error is of.
    fn refusing(&self, why: &str, walls: &Walls) -> Wall {
        /// What the kernel says of a path that is not there.
        const NO_SUCH_FILE: &str = "(os error 2)";
        let holds = |control| self.controls.contains(&control);
        if self.held_by == Wall::Descriptors {
            Wall::Descriptors
        } else if why.contains(NO_SUCH_FILE) && walls.own_root && holds(OwnRoot) {
            Wall::OwnRoot
        } else if walls.file_system() && holds(Landlock) {
            Wall::Landlock
        } else {
            Wall::Kernel
        }
    }

    fn stopped_by(&self, wall: Wall, trial: &mut Trial) {
        trial.stopped_by(wall);
        trial.require(wall == self.held_by, || format!("held by {wall}, not by {}", self.held_by));
    }
}

/// What policy granted, with limits that are lower. Only ever less.
fn lowered(grant: &Grant) -> Grant {
    let mut terms = grant.terms().clone();
    for (limit, value) in LOWERED {
        terms.limits.tighten(limit, value);
    }
    Grant::issue(terms, grant.reasons().to_vec())
}

/// What the worker would run if it were not for the probe.
fn module(machine: &Machine) -> io::Result<Module> {
    let bytes = br#"(module (func (export "_start")))"#;
    let source = ModuleSource { name: "probe.wat", bytes };
    machine.sandbox.prepare(&source, &Limits::default()).map_err(io::Error::other)
}

/// Somebody who listens on an abstract socket.
#[cfg(target_os = "linux")]
fn local_listener(scene: &Scene<'_>) -> io::Result<(String, impl Drop + use<>)> {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixListener};
    let name = scene.outside().display().to_string();
    let address = SocketAddr::from_abstract_name(&name)?;
    Ok((name, std::os::fd::OwnedFd::from(UnixListener::bind_addr(&address)?)))
}

#[cfg(not(target_os = "linux"))]
fn local_listener(_scene: &Scene<'_>) -> io::Result<(String, ())> {
    Ok((String::new(), ()))
}

/// A descriptor that processes which this one starts inherit, as a careless library would leave it.
struct Inherited {
    #[cfg(unix)]
    descriptor: std::os::fd::OwnedFd,
}

#[cfg(unix)]
impl Inherited {
    fn new(scene: &Scene<'_>) -> io::Result<Self> {
        use rustix::io::{FdFlags, fcntl_dupfd_cloexec, fcntl_setfd};
        /// Above those that a worker opens itself.
        const LOWEST: i32 = 200;
        let file = std::fs::File::open(scene.outside().join("canary.txt"))?;
        let descriptor = fcntl_dupfd_cloexec(&file, LOWEST)?;
        fcntl_setfd(&descriptor, FdFlags::empty())?;
        Ok(Self { descriptor })
    }

    fn number(&self) -> i32 {
        std::os::fd::AsRawFd::as_raw_fd(&self.descriptor)
    }
}

#[cfg(not(unix))]
impl Inherited {
    fn new(_scene: &Scene<'_>) -> io::Result<Self> {
        Ok(Self {})
    }

    fn number(&self) -> i32 {
        -1
    }
}
