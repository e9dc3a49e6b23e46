//! Attacks on the kernel: mounts, namespaces, devices, and calls that are new, old or rarely looked at.

use std::io;
use std::path::Path;

use super::Attack;
use super::raw::{ANY_DESCRIPTOR, HERE, address_of, c_path, call, done, gets};

/// The probes, by name.
pub(super) const PROBES: &[(&str, Attack)] = &[
    ("mount", |target| mount_over(&target.folder.join("other-deployment"))),
    ("make-a-namespace", |_| {
        call(libc::SYS_unshare, [libc::CLONE_NEWUSER.into(), 0, 0, 0, 0]).map(|_| "made".into())
    }),
    ("use-io-uring", |_| {
        /// The size of `struct io_uring_params`.
        const PARAMETERS: usize = 120;
        let mut parameters = [0_u8; PARAMETERS];
        let pointer = address_of(parameters.as_mut_ptr());
        call(libc::SYS_io_uring_setup, [1, pointer, 0, 0, 0]).map(|_| "a ring".into())
    }),
    ("load-bpf", |_| {
        // `BPF_MAP_CREATE` of an array with one entry.
        let mut attributes = [2_u32, 4, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let pointer = address_of(attributes.as_mut_ptr());
        let length = size_of_val(&attributes) as i64;
        call(libc::SYS_bpf, [0, pointer, length, 0, 0]).map(|_| "a map".into())
    }),
    ("use-the-kernels-keys", |_| {
        // `KEYCTL_GET_KEYRING_ID` of the session's keyring.
        call(libc::SYS_keyctl, [0, -3, 0, 0, 0]).map(|id| format!("keyring {id}"))
    }),
    ("become-another-user", |_| {
        const SOMEBODY: i64 = 54_321;
        call(libc::SYS_setuid, [SOMEBODY, 0, 0, 0, 0]).map(|_| "the user changed".into())
    }),
    ("make-a-device", |_| {
        use rustix::fs::{CWD, FileType, Mode, makedev, mknodat};
        let made = mknodat(CWD, "device", FileType::CharacterDevice, Mode::RUSR, makedev(1, 3));
        done(made.map_err(io::Error::from))
    }),
    ("talk-to-a-device", |_| {
        let waiting = rustix::io::ioctl_fionread(io::stdin())?;
        Ok(format!("{waiting} bytes wait"))
    }),
    ("become-dumpable-again", |_| {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        done(set_dumpable_behavior(DumpableBehavior::Dumpable).map_err(io::Error::from))
    }),
    ("choose-another-root", |_| done(rustix::process::chroot("/").map_err(io::Error::from))),
    ("choose-another-current-folder", |_| done(std::env::set_current_dir("/"))),
    ("go-to-an-open-folder", |_| {
        call(libc::SYS_fchdir, [ANY_DESCRIPTOR, 0, 0, 0, 0]).map(|_| "it may".into())
    }),
    ("add-a-key", |_| {
        let (user, name) = (address_of(c"user".as_ptr()), address_of(c"cofferdam".as_ptr()));
        const PROCESS_KEYRING: i64 = -2;
        gets("a key", libc::SYS_add_key, [user, name, name, 1, PROCESS_KEYRING])
    }),
    ("join-a-namespace", |_| gets("joined", libc::SYS_setns, [ANY_DESCRIPTOR, 0, 0, 0, 0])),
    ("open-a-file-system", |_| {
        gets("a file system", libc::SYS_fsopen, [address_of(c"tmpfs".as_ptr()), 0, 0, 0, 0])
    }),
    ("take-a-copy-of-the-mounts", |_| {
        let clone = i64::from(libc::OPEN_TREE_CLONE);
        gets("a mount", libc::SYS_open_tree, [HERE, address_of(c"/".as_ptr()), clone, 0, 0])
    }),
    ("take-capabilities-back", |_| take_capabilities_back()),
    ("load-a-module", |_| {
        let none = address_of(c"".as_ptr());
        gets("loaded", libc::SYS_finit_module, [ANY_DESCRIPTOR, none, 0, 0, 0])
    }),
    ("watch-the-processor", |_| watch_the_processor()),
    ("handle-faults-of-memory", |_| gets("a handler", libc::SYS_userfaultfd, [1, 0, 0, 0, 0])),
    ("type-into-the-terminal", |_| {
        let key = b'x';
        let arguments = [2, libc::TIOCSTI.cast_signed(), address_of(&raw const key), 0, 0];
        gets("typed", libc::SYS_ioctl, arguments)
    }),
    ("lay-memory-out-as-long-ago", |_| {
        // Asks only what is in force.
        gets("it may", libc::SYS_personality, [0xffff_ffff, 0, 0, 0, 0])
    }),
    ("install-another-filter", |_| {
        /// `SECCOMP_GET_ACTION_AVAIL` of the action that ends a process.
        const IS_AVAILABLE: i64 = 2;
        let action = 0x8000_0000_u32;
        gets("it may", libc::SYS_seccomp, [IS_AVAILABLE, 0, address_of(&raw const action), 0, 0])
    }),
    ("make-rules-of-its-own", |_| {
        const VERSION: i64 = 1;
        gets("it may", libc::SYS_landlock_create_ruleset, [0, 0, VERSION, 0, 0])
    }),
    ("call-as-a-32-bit-program", |_| call_as_a_32_bit_program()),
    ("call-by-another-number", |_| {
        /// Of programs with short pointers, whose calls have the same numbers and this.
        const SHORT_POINTERS: libc::c_long = 0x4000_0000;
        gets("it may", libc::SYS_getpid | SHORT_POINTERS, [0; 5])
    }),
];

fn mount_over(folder: &Path) -> io::Result<String> {
    let folder = c_path(folder)?;
    let (kind, folder) = (address_of(c"tmpfs".as_ptr()), address_of(folder.as_ptr()));
    call(libc::SYS_mount, [kind, folder, kind, 0, 0]).map(|_| "mounted".into())
}

fn take_capabilities_back() -> io::Result<String> {
    // `_LINUX_CAPABILITY_VERSION_3`, for this process.
    let header = [0x2008_0522_u32, 0];
    let every = [u32::MAX; 6];
    let (header, every) = (address_of(header.as_ptr()), address_of(every.as_ptr()));
    gets("every capability", libc::SYS_capset, [header, every, 0, 0, 0])
}

/// Counts instructions of this process only, which many machines let everybody do.
fn watch_the_processor() -> io::Result<String> {
    // `struct perf_event_attr` in its first size: hardware, of this size, instructions, and neither
    // kernel nor hypervisor.
    let mut event = [0_u64; 8];
    event[0] = 64 << 32;
    event[1] = 1;
    event[5] = 0b110_0000;
    let arguments = [address_of(event.as_ptr()), 0, -1, -1, 0];
    gets("a counter", libc::SYS_perf_event_open, arguments)
}

/// `getpid` by the door of 32-bit programs, where every call has another number.
fn call_as_a_32_bit_program() -> io::Result<String> {
    #[cfg(target_arch = "x86_64")]
    {
        let mut result: i64 = 20;
        #[expect(unsafe_code, reason = "an attack")]
        // SAFETY: the call takes no arguments and writes to no memory.
        unsafe {
            std::arch::asm!(
                "int 0x80",
                inlateout("rax") result,
                out("r8") _, out("r9") _, out("r10") _, out("r11") _,
            );
        }
        if result > 0 {
            return Ok(format!("it is process {result}"));
        }
    }
    Err(io::Error::from_raw_os_error(libc::ENOSYS))
}
