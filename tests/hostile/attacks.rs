//! Every attack of the guest: what it tries, and how it has to end. One table.

use self::Ends::{AtLimit, Held, InRaceWithItself, SameInEveryRun, Shows};

/// How an attack has to end.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ends {
    /// The hook goes on. Of what it tried, each operation failed with one of these errors, and each
    /// of these errors was met: so the guard that is meant is the one that refused.
    Held(&'static [&'static str]),
    /// The hook is stopped at this limit, written `NAME=VALUE`.
    AtLimit(&'static str),
    /// The hook goes on, and this is what is shown of it. That no secret and no control character is
    /// shown is looked at after every attack.
    Shows(&'static [&'static str]),
    /// Two runs say the same, because there is nothing that differs.
    SameInEveryRun,
    /// Two processes attack the same enclosure at once, and both are refused.
    InRaceWithItself,
}

/// One attack.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attack {
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
}

const fn attack(name: &'static str, wants: &'static str, ends: Ends) -> Attack {
    Attack { name, wants, ends, component_ends: None, says: None, escapes_unheld: false }
}

impl Attack {
    const fn for_components(self, ends: Ends) -> Self {
        Self { component_ends: Some(ends), ..self }
    }

    const fn says(self, part: &'static str) -> Self {
        Self { says: Some(part), ..self }
    }

    const fn escapes_unheld(self) -> Self {
        Self { escapes_unheld: true, ..self }
    }
}

/// A path that leads out of the folder, or a link that does.
const LEADS_OUT: &str = "Operation not permitted (os error 63)";
/// Inside the enclosure there is no such file: `/` is the enclosure.
const NOT_THERE: &str = "No such file or directory (os error 44)";
/// The standard library of preview 1 has no import for it.
const NO_IMPORT: &str = "operation not supported on this platform";
/// The import is there, and no network behind it.
const NO_NETWORK: &str = "Permission denied (os error 2)";
/// The guard that looks at links when they are made.
const LINK_LEADS_OUT: &str = "it leads out of the folder; links to what is inside are allowed";

const ONLY_LEADS_OUT: Ends = Held(&[LEADS_OUT]);
const WRITTEN: Ends = AtLimit("written-bytes=2MiB");
const CREATED: Ends = AtLimit("files-created=200");
const CALLS: Ends = AtLimit("host-calls-per-second=20000");
const MASKED: Ends = Shows(&["***", "held printed; it must be masked"]);

/// Every attack, in the order of the guest's files.
#[rustfmt::skip]
pub(crate) const ATTACKS: &[Attack] = &[
    // Paths.
    attack("read-absolute-path", "/etc/passwd by its name", Held(&[NOT_THERE])).escapes_unheld(),
    attack("read-parent", "a file next to the enclosure", ONLY_LEADS_OUT).escapes_unheld(),
    attack("read-parent-from-the-middle", "the same through a folder that is inside", ONLY_LEADS_OUT).escapes_unheld(),
    attack("read-trailing-slash", "the same, spelled with further slashes", ONLY_LEADS_OUT).escapes_unheld(),
    attack("read-other-deployment", "another deployment's secret", ONLY_LEADS_OUT).escapes_unheld(),
    attack("read-proc", "the supervisor's environment and memory", Held(&[NOT_THERE, LEADS_OUT])).escapes_unheld(),
    attack("read-devices", "memory and disks of the machine", Held(&[NOT_THERE, LEADS_OUT])),
    attack("list-parent", "the names of what is outside", ONLY_LEADS_OUT).escapes_unheld(),
    attack("stat-parent", "size and existence of what is outside", ONLY_LEADS_OUT).escapes_unheld(),
    attack("create-in-parent", "a new file outside", ONLY_LEADS_OUT),
    attack("append-in-parent", "to write at the end of a file outside", ONLY_LEADS_OUT).escapes_unheld(),
    attack("truncate-in-parent", "to empty a file outside", ONLY_LEADS_OUT).escapes_unheld(),
    attack("make-folder-in-parent", "a new folder outside", ONLY_LEADS_OUT).escapes_unheld(),
    attack("remove-file-in-parent", "to remove a file outside", ONLY_LEADS_OUT).escapes_unheld(),
    attack("remove-folder-in-parent", "to remove another deployment", ONLY_LEADS_OUT).escapes_unheld(),
    attack("rename-into-parent", "to move a file out", ONLY_LEADS_OUT).escapes_unheld(),
    attack("rename-from-parent", "to move a file in", ONLY_LEADS_OUT).escapes_unheld(),
    attack("remove-the-enclosure", "to saw off the branch it sits on", Held(&["Invalid argument (os error 28)", "Resource busy (os error 10)"])),
    attack("long-path", "to overrun a buffer, or whoever walks the tree", AtLimit("path-depth=64")),
    attack("zero-byte-in-path", "a path that the host reads only half of", Held(&["file name contained an unexpected NUL byte"])),
    // Links.
    attack("follow-absolute-link", "/etc/passwd through a link", ONLY_LEADS_OUT).says(LINK_LEADS_OUT).escapes_unheld(),
    attack("follow-relative-link", "a file outside through a link", ONLY_LEADS_OUT).says(LINK_LEADS_OUT).escapes_unheld(),
    attack("follow-link-with-trailing-slash", "the same, spelled with a slash behind the link", ONLY_LEADS_OUT).says(LINK_LEADS_OUT).escapes_unheld(),
    attack("follow-chain-of-links", "a way out that no single link shows", ONLY_LEADS_OUT).says(LINK_LEADS_OUT).escapes_unheld(),
    attack("follow-link-that-was-moved", "a link that leads out only where it was moved to", ONLY_LEADS_OUT),
    attack("write-through-link", "to write a file outside", ONLY_LEADS_OUT).says(LINK_LEADS_OUT).escapes_unheld(),
    attack("remove-through-link", "to remove a file of another deployment", ONLY_LEADS_OUT).says(LINK_LEADS_OUT).escapes_unheld(),
    attack("hard-link-from-outside", "a second name for a file outside", Held(&[LEADS_OUT, NOT_THERE])).escapes_unheld(),
    attack("hard-link-to-a-link", "a second name for a link that leads out", ONLY_LEADS_OUT).says(LINK_LEADS_OUT).escapes_unheld(),
    attack("rename-over-link", "to replace what a link leads to", ONLY_LEADS_OUT).says(LINK_LEADS_OUT),
    attack("replace-folder-by-link", "the host to work in another folder", ONLY_LEADS_OUT).says(LINK_LEADS_OUT).escapes_unheld(),
    attack("plant-link-for-the-host", "the host to follow a link that the hook must not", Shows(&["held links planted"])).says(LINK_LEADS_OUT),
    attack("hand-in-a-link-that-was-moved", "the same with a link that was harmless where it was made", Shows(&["held a link is planted", "artifact report.txt from report.txt"])),
    attack("swap-folder-and-link", "the moment between looking and opening", InRaceWithItself),
    // Descriptors.
    attack("take-every-descriptor", "the machine to have none left", AtLimit("open-files=20")),
    attack("guess-descriptors", "a descriptor of the supervisor", Held(&["descriptors 4 to 2,000 are closed"])),
    attack("count-preopens", "a second folder", Held(&["one preopened folder"])),
    attack("close-the-preopen", "paths that are resolved without a folder", Held(&[NOT_THERE])),
    attack("read-standard-input", "what the operator types", Held(&["standard input is empty"])),
    // Loops.
    attack("loop-for-ever", "the processor", AtLimit("cpu-time=1s")),
    attack("sleep-for-ever", "a deployment that never ends", AtLimit("wall-time=2s")),
    attack("call-the-host-for-ever", "the host to be busy in calls that do nothing", CALLS),
    attack("stat-for-ever", "the host to be busy in calls on files", CALLS),
    // Memory.
    attack("take-all-memory", "the machine to have none left", Held(&["memory allocation failed"])),
    attack("recurse-for-ever", "the end of the stack", AtLimit("stack=256KiB")),
    // What is printed.
    attack("flood-the-log", "a full disk, or a log that nobody can read", AtLimit("output-lines=2000")),
    attack("flood-with-empty-lines", "the same in lines instead of bytes", AtLimit("output-lines=2000")),
    attack("print-one-endless-line", "the host to keep a line of any length", AtLimit("output-bytes=256KiB")),
    attack("print-terminal-escapes", "to write `deployment succeeded` on the operator's screen", Shows(&[r"\e]0;owned", r"\e[2J", r"\u{202e}txt.exe"])),
    attack("print-invalid-text", "a log that readers choke on", Shows(&["\u{fffd}\u{fffd}\u{fffd}\u{fffd}\\u{0}\\u{8}"])),
    attack("forge-service-messages", "a message of its own making inside another", Shows(&["output x = ##octopus[setVariable name='eQ==' value='eg==']", "service message `delete-target`"])),
    attack("leave-a-service-message-open", "the rest of the log to vanish", Shows(&["this line is swallowed if the reader waits", "held printed"])),
    attack("flood-with-outputs", "the environment of later hooks to burst", AtLimit("output-variables=50")),
    attack("set-one-huge-output", "the same with one variable", AtLimit("output-bytes=1MiB")),
    attack("name-artifacts-badly", "artifacts to be kept elsewhere", Shows(&["artifact ../../../../etc/cron.d/owned from inside.txt", r"artifact a\e[2Jb from"])),
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
    attack("read-withheld-variable", "a secret that it was not granted", Held(&["environment variable not found"])),
    attack("probe-the-environment", "the host's environment", Held(&["nothing of the host's environment is there"])).escapes_unheld(),
    attack("ask-a-template-for-a-secret", "the host to put a secret into a text of the hook's", Shows(&["output Stolen = #{Withheld.Secret}"])),
    attack("print-secret", "a secret in the log", MASKED),
    attack("print-secret-in-pieces", "the same past a mask that looks at writes", MASKED),
    attack("print-secret-as-base64", "the same past a mask that looks for the text", MASKED),
    attack("print-secret-as-url", "the same in another spelling", MASKED),
    attack("hand-out-secret-as-output", "a secret in a variable that is not sensitive", Shows(&["output Leaked = ***"])),
    // What nobody granted.
    attack("connect-to-a-socket", "the network, and what listens on this machine", Held(&[NO_IMPORT])).for_components(Held(&[NO_NETWORK])),
    attack("listen-on-a-socket", "a back door", Held(&[NO_IMPORT])).for_components(Held(&[NO_NETWORK])).escapes_unheld(),
    attack("look-up-a-name", "to tell a name server something", Held(&[NO_IMPORT])).for_components(Held(&["failed to lookup address information"])),
    attack("read-the-real-clock", "to behave differently on some day", Held(&["the clock stands at 315532800 s"])).escapes_unheld(),
    attack("read-real-randomness", "to behave differently in some run", SameInEveryRun),
    attack("start-a-process", "a program of the machine", Held(&[NO_IMPORT])).escapes_unheld(),
    attack("start-a-thread", "a second thread, for races", Held(&["Not supported (os error 58)"])).escapes_unheld(),
];
