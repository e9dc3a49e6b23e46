//! Every attack of the guest: what it tries, and how it has to end. One table.

use cofferdam_capability::{ClockSource, GrantTerms, LimitName, RandomSource};

use crate::guard::Guard;
use crate::guest::Kind;
use crate::{Control, Wall};

use self::Ends::{AtLimit, Held, InRaceWithItself, SameInEveryRun, Shows};

/// How an attack has to end.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ends {
    /// The hook goes on. Of what it tried, each operation was refused by one of these guards, and each
    /// of these guards refused something.
    Held(&'static [Guard]),
    /// The hook is stopped at this limit, written `NAME=VALUE`.
    AtLimit(&'static str),
    /// The hook goes on, and this is what is shown of it. That no secret and no control character is
    /// shown is looked at after every attack.
    Shows(Wall, &'static [&'static str]),
    /// Two runs say the same, because there is nothing that differs.
    SameInEveryRun,
    /// Two processes attack the same enclosure at once, and both are refused.
    InRaceWithItself,
}

/// One attack.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GuestAttack {
    /// As the guest calls it.
    pub(crate) name: &'static str,
    /// What the attacker wants.
    pub(crate) wants: &'static str,
    /// How it ends.
    pub(crate) ends: Ends,
    /// How it ends for a component, where that differs.
    pub(crate) component_ends: Option<Ends>,
    /// What else has to be shown: the host's own refusal.
    pub(crate) says: Option<&'static str>,
    /// Whether the same program gets what it wants when nothing holds it, which shows that it is an
    /// attack. Not tried where that would harm the machine, or where it is about what hooks have and
    /// programs do not.
    pub(crate) escapes_unheld: bool,
    /// The controls that hold it, each by itself.
    pub(crate) held_by: &'static [Control],
    /// What policy can grant, so that it is no attack any more.
    grantable: Option<Grantable>,
}

/// What policy can grant of what attackers want.
#[derive(Debug, Clone, Copy)]
enum Grantable {
    RealClock,
    RealRandomness,
    FurtherFolder,
}

const fn attack(name: &'static str, wants: &'static str, ends: Ends) -> GuestAttack {
    let held_by: &[Control] = match ends {
        AtLimit(_) => &[Control::Limits],
        Shows(Wall::Masking, _) => &[Control::Masking],
        Shows(Wall::Escaping, _) => &[Control::Escaping],
        _ => &[Control::Other],
    };
    let (component_ends, says, escapes_unheld, grantable) = (None, None, false, None);
    GuestAttack { name, wants, ends, component_ends, says, escapes_unheld, held_by, grantable }
}

/// An attack that leads out of the enclosure by a path or a link.
const fn leads_out(name: &'static str, wants: &'static str, ends: Ends) -> GuestAttack {
    GuestAttack {
        held_by: &[Control::Paths, Control::OwnRoot, Control::Landlock],
        ..attack(name, wants, ends)
    }
}

impl GuestAttack {
    /// How it ends for a kind of module.
    pub(crate) fn ends_for(&self, kind: Kind) -> Ends {
        match kind {
            Kind::Preview1 => self.ends,
            Kind::Component => self.component_ends.unwrap_or(self.ends),
        }
    }

    /// What these terms grant of what it wants, in words.
    pub(crate) fn granted(&self, terms: &GrantTerms) -> Option<&'static str> {
        let (is_granted, what) = match self.grantable? {
            Grantable::RealClock => (terms.clock == ClockSource::Real, "the real clock"),
            Grantable::RealRandomness => {
                (terms.random == RandomSource::Real, "real random numbers")
            }
            Grantable::FurtherFolder => (!terms.folders.is_empty(), "a further folder"),
        };
        is_granted.then_some(what)
    }

    const fn grantable(self, what: Grantable) -> Self {
        Self { grantable: Some(what), ..self }
    }

    const fn for_components(self, ends: Ends) -> Self {
        Self { component_ends: Some(ends), ..self }
    }

    const fn says(self, part: &'static str) -> Self {
        Self { says: Some(part), ..self }
    }

    const fn escapes_unheld(self) -> Self {
        Self { escapes_unheld: true, ..self }
    }

    const fn held_by(self, controls: &'static [Control]) -> Self {
        Self { held_by: controls, ..self }
    }
}

/// A path that leads out of the folder, or a link that does.
const LEADS_OUT: Guard = Guard { says: "Operation not permitted (os error 63)", wall: Wall::Paths };
/// Inside the enclosure there is no such file: `/` is the enclosure.
const NOT_THERE: Guard =
    Guard { says: "No such file or directory (os error 44)", wall: Wall::Enclosure };
/// The standard library of preview 1 has no import for it.
const NO_IMPORT: Guard =
    Guard { says: "operation not supported on this platform", wall: Wall::NoImport };
/// The import is there, and no network behind it.
const NO_NETWORK: Guard = Guard { says: "Permission denied (os error 2)", wall: Wall::NotGranted };
const NO_THREADS: Guard = Guard { says: "Not supported (os error 58)", wall: Wall::NotGranted };
const NO_MEMORY: Guard =
    Guard { says: "memory allocation failed", wall: Wall::Limit(LimitName::Memory) };
const NOT_VARIABLE: Guard = Guard { says: "environment variable not found", wall: Wall::Policy };
const NO_ENVIRONMENT: Guard =
    Guard { says: "nothing of the host's environment is there", wall: Wall::Enclosure };
const OWN_FOLDER: Guard = Guard { says: "Invalid argument (os error 28)", wall: Wall::Paths };
const BUSY_FOLDER: Guard = Guard { says: "Resource busy (os error 10)", wall: Wall::Paths };
const ZERO_BYTE: Guard =
    Guard { says: "file name contained an unexpected NUL byte", wall: Wall::NoImport };
const CLOSED: Guard = Guard { says: "descriptors 4 to 2,000 are closed", wall: Wall::Descriptors };
const ONE_FOLDER: Guard = Guard { says: "one preopened folder", wall: Wall::Descriptors };
const NO_INPUT: Guard = Guard { says: "standard input is empty", wall: Wall::Descriptors };
const FIXED_CLOCK: Guard =
    Guard { says: "the clock stands at 315532800 s", wall: Wall::Determinism };
/// The guard that looks at links when they are made.
const LINK_LEADS_OUT: &str = "it leads out of the folder; links to what is inside are allowed";

const ONLY_LEADS_OUT: Ends = Held(&[LEADS_OUT]);
const WRITTEN: Ends = AtLimit("written-bytes=2MiB");
const CREATED: Ends = AtLimit("files-created=200");
const CALLS: Ends = AtLimit("host-calls-per-second=2000");
const MASKED: Ends = Shows(Wall::Masking, &["***", "held printed; it must be masked"]);

/// Every attack, in the order of the guest's files.
#[rustfmt::skip]
pub(crate) const ATTACKS: &[GuestAttack] = &[
    // Paths.
    leads_out("read-absolute-path", "/etc/passwd by its name", Held(&[NOT_THERE])).escapes_unheld(),
    leads_out("read-parent", "a file next to the enclosure", ONLY_LEADS_OUT).escapes_unheld(),
    leads_out("read-parent-from-the-middle", "the same through a folder that is inside", ONLY_LEADS_OUT).escapes_unheld(),
    leads_out("read-trailing-slash", "the same, spelled with further slashes", ONLY_LEADS_OUT).escapes_unheld(),
    leads_out("read-other-deployment", "another deployment's secret", ONLY_LEADS_OUT).escapes_unheld(),
    leads_out("read-proc", "the supervisor's environment and memory", Held(&[NOT_THERE, LEADS_OUT])).escapes_unheld(),
    leads_out("read-devices", "memory and disks of the machine", Held(&[NOT_THERE, LEADS_OUT])).escapes_unheld(),
    leads_out("list-parent", "the names of what is outside", ONLY_LEADS_OUT).escapes_unheld(),
    attack("stat-parent", "size and existence of what is outside", ONLY_LEADS_OUT).escapes_unheld().held_by(&[Control::Paths, Control::OwnRoot]),
    leads_out("create-in-parent", "a new file outside", ONLY_LEADS_OUT),
    leads_out("append-in-parent", "to write at the end of a file outside", ONLY_LEADS_OUT).escapes_unheld(),
    leads_out("truncate-in-parent", "to empty a file outside", ONLY_LEADS_OUT).escapes_unheld(),
    leads_out("make-folder-in-parent", "a new folder outside", ONLY_LEADS_OUT).escapes_unheld(),
    leads_out("remove-file-in-parent", "to remove a file outside", ONLY_LEADS_OUT).escapes_unheld(),
    leads_out("remove-folder-in-parent", "to remove another deployment", ONLY_LEADS_OUT).escapes_unheld(),
    leads_out("rename-into-parent", "to move a file out", ONLY_LEADS_OUT).escapes_unheld(),
    leads_out("rename-from-parent", "to move a file in", ONLY_LEADS_OUT).escapes_unheld(),
    attack("remove-the-enclosure", "to saw off the branch it sits on", Held(&[OWN_FOLDER, BUSY_FOLDER])),
    attack("long-path", "to overrun a buffer, or whoever walks the tree", AtLimit("path-depth=64")).held_by(&[Control::Other]),
    attack("zero-byte-in-path", "a path that the host reads only half of", Held(&[ZERO_BYTE])),
    // Links.
    attack("follow-absolute-link", "/etc/passwd through a link", ONLY_LEADS_OUT).says(LINK_LEADS_OUT).escapes_unheld(),
    leads_out("follow-relative-link", "a file outside through a link", ONLY_LEADS_OUT).says(LINK_LEADS_OUT).escapes_unheld(),
    leads_out("follow-link-with-trailing-slash", "the same, spelled with a slash behind the link", ONLY_LEADS_OUT).says(LINK_LEADS_OUT).escapes_unheld(),
    leads_out("follow-chain-of-links", "a way out that no single link shows", ONLY_LEADS_OUT).says(LINK_LEADS_OUT).escapes_unheld(),
    attack("follow-link-that-was-moved", "a link that leads out only where it was moved to", ONLY_LEADS_OUT),
    leads_out("write-through-link", "to write a file outside", ONLY_LEADS_OUT).says(LINK_LEADS_OUT).escapes_unheld(),
    leads_out("remove-through-link", "to remove a file of another deployment", ONLY_LEADS_OUT).says(LINK_LEADS_OUT).escapes_unheld(),
    leads_out("hard-link-from-outside", "a second name for a file outside", Held(&[LEADS_OUT, NOT_THERE])).escapes_unheld(),
    leads_out("hard-link-to-a-link", "a second name for a link that leads out", ONLY_LEADS_OUT).says(LINK_LEADS_OUT).escapes_unheld(),
    attack("rename-over-link", "to replace what a link leads to", ONLY_LEADS_OUT).says(LINK_LEADS_OUT),
    leads_out("replace-folder-by-link", "the host to work in another folder", ONLY_LEADS_OUT).says(LINK_LEADS_OUT).escapes_unheld(),
    attack("plant-link-for-the-host", "the host to follow a link that the hook must not", Shows(Wall::HostPaths, &["held links planted"])).says(LINK_LEADS_OUT),
    attack("hand-in-a-link-that-was-moved", "the same with a link that was harmless where it was made", Shows(Wall::HostPaths, &["held a link is planted", "artifact report.txt from report.txt"])),
    leads_out("swap-folder-and-link", "the moment between looking and opening", InRaceWithItself),
    // Descriptors.
    attack("take-every-descriptor", "the machine to have none left", AtLimit("open-files=20")),
    attack("guess-descriptors", "a descriptor of the supervisor", Held(&[CLOSED])),
    attack("count-preopens", "a second folder", Held(&[ONE_FOLDER])).grantable(Grantable::FurtherFolder),
    attack("close-the-preopen", "paths that are resolved without a folder", Held(&[NOT_THERE])),
    attack("read-standard-input", "what the operator types", Held(&[NO_INPUT])),
    // Loops.
    attack("loop-for-ever", "the processor", AtLimit("cpu-time=1s")),
    attack("sleep-for-ever", "a deployment that never ends", AtLimit("wall-time=2s")),
    attack("call-the-host-for-ever", "the host to be busy in calls that do nothing", CALLS),
    attack("stat-for-ever", "the host to be busy in calls on files", CALLS),
    // Memory.
    attack("take-all-memory", "the machine to have none left", Held(&[NO_MEMORY])).held_by(&[Control::Limits]),
    attack("recurse-for-ever", "the end of the stack", AtLimit("stack=256KiB")),
    // What is printed.
    attack("flood-the-log", "a full disk, or a log that nobody can read", AtLimit("output-lines=2000")),
    attack("flood-with-empty-lines", "the same in lines instead of bytes", AtLimit("output-lines=2000")),
    attack("print-one-endless-line", "the host to keep a line of any length", AtLimit("output-bytes=256KiB")),
    attack("print-terminal-escapes", "to write `deployment succeeded` on the operator's screen", Shows(Wall::Escaping, &[r"\e]0;owned", r"\e[2J", r"\u{202e}txt.exe"])),
    attack("print-invalid-text", "a log that readers choke on", Shows(Wall::Escaping, &["\u{fffd}\u{fffd}\u{fffd}\u{fffd}\\u{0}\\u{8}"])),
    attack("forge-service-messages", "a message of its own making inside another", Shows(Wall::Messages, &["output x = ##octopus[setVariable name='eQ==' value='eg==']", "service message `delete-target`"])),
    attack("leave-a-service-message-open", "the rest of the log to vanish", Shows(Wall::Messages, &["this line is swallowed if the reader waits", "held printed"])),
    attack("flood-with-outputs", "the environment of later hooks to burst", AtLimit("output-variables=50")),
    attack("set-one-huge-output", "the same with one variable", AtLimit("output-bytes=1MiB")),
    attack("name-artifacts-badly", "artifacts to be kept elsewhere", Shows(Wall::Escaping, &["artifact ../../../../etc/cron.d/owned from inside.txt", r"artifact a\e[2Jb from"])),
    // The disk.
    attack("fill-the-disk-with-one-file", "a full disk", WRITTEN),
    attack("fill-the-disk-with-many-files", "a full disk", AtLimit("files-created=20")),
    attack("fill-the-disk-with-empty-files", "no inodes to be left", CREATED),
    attack("fill-the-disk-with-folders", "the same with folders", CREATED),
    attack("fill-the-disk-with-a-sparse-file", "a disk that is full for those who copy", WRITTEN),
    attack("fill-the-disk-beyond-the-end", "the same by writing far out", WRITTEN),
    attack("rewrite-one-file-for-ever", "to wear the disk out", WRITTEN),
    attack("nest-folders-deeply", "whoever walks the tree to run out of stack", AtLimit("path-depth=20")),
    // Secrets.
    attack("read-withheld-variable", "a secret that it was not granted", Held(&[NOT_VARIABLE])),
    attack("probe-the-environment", "the host's environment", Held(&[NO_ENVIRONMENT])).escapes_unheld(),
    attack("ask-a-template-for-a-secret", "the host to put a secret into a text of the hook's", Shows(Wall::Messages, &["output Stolen = #{Withheld.Secret}"])),
    attack("print-secret", "a secret in the log", MASKED),
    attack("print-secret-in-pieces", "the same past a mask that looks at writes", MASKED),
    attack("print-secret-as-base64", "the same past a mask that looks for the text", MASKED),
    attack("print-secret-as-url", "the same in another spelling", MASKED),
    attack("hand-out-secret-as-output", "a secret in a variable that is not sensitive", Shows(Wall::Masking, &["output Leaked = ***"])),
    // What nobody granted.
    attack("connect-to-a-socket", "the network, and what listens on this machine", Held(&[NO_IMPORT])).for_components(Held(&[NO_NETWORK])),
    attack("listen-on-a-socket", "a back door", Held(&[NO_IMPORT])).for_components(Held(&[NO_NETWORK])).escapes_unheld(),
    attack("look-up-a-name", "to tell a name server something", Held(&[NO_IMPORT])).for_components(Held(&[NO_NETWORK])),
    attack("read-the-real-clock", "to behave differently on some day", Held(&[FIXED_CLOCK])).escapes_unheld().grantable(Grantable::RealClock),
    attack("read-real-randomness", "to behave differently in some run", SameInEveryRun).grantable(Grantable::RealRandomness),
    attack("start-a-process", "a program of the machine", Held(&[NO_IMPORT])).escapes_unheld(),
    attack("start-a-thread", "a second thread, for races", Held(&[NO_THREADS])).escapes_unheld(),
];
