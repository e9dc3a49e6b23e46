//! What each import makes possible: the table of everything that Cofferdam provides.

use crate::ImportedAbility::{self, *};

/// The functions of preview 1.
const PREVIEW1: &[(&str, ImportedAbility)] = &[
    ("args_get", ReadsEnvironment),
    ("args_sizes_get", ReadsEnvironment),
    ("clock_res_get", ReadsClock),
    ("clock_time_get", ReadsClock),
    ("environ_get", ReadsEnvironment),
    ("environ_sizes_get", ReadsEnvironment),
    ("fd_advise", ReadsAndWritesFiles),
    ("fd_allocate", ReadsAndWritesFiles),
    ("fd_close", Prints),
    ("fd_datasync", ReadsAndWritesFiles),
    ("fd_fdstat_get", Prints),
    ("fd_fdstat_set_flags", ReadsAndWritesFiles),
    ("fd_fdstat_set_rights", ReadsAndWritesFiles),
    ("fd_filestat_get", ReadsAndWritesFiles),
    ("fd_filestat_set_size", ReadsAndWritesFiles),
    ("fd_filestat_set_times", ReadsAndWritesFiles),
    ("fd_pread", ReadsAndWritesFiles),
    ("fd_prestat_dir_name", ReadsAndWritesFiles),
    ("fd_prestat_get", ReadsAndWritesFiles),
    ("fd_pwrite", ReadsAndWritesFiles),
    ("fd_read", ReadsAndWritesFiles),
    ("fd_readdir", ReadsAndWritesFiles),
    ("fd_renumber", ReadsAndWritesFiles),
    ("fd_seek", Prints),
    ("fd_sync", ReadsAndWritesFiles),
    ("fd_tell", ReadsAndWritesFiles),
    ("fd_write", Prints),
    ("path_create_directory", ReadsAndWritesFiles),
    ("path_filestat_get", ReadsAndWritesFiles),
    ("path_filestat_set_times", ReadsAndWritesFiles),
    ("path_link", MakesLinks),
    ("path_open", ReadsAndWritesFiles),
    ("path_readlink", ReadsAndWritesFiles),
    ("path_remove_directory", ReadsAndWritesFiles),
    ("path_rename", ReadsAndWritesFiles),
    ("path_symlink", MakesLinks),
    ("path_unlink_file", ReadsAndWritesFiles),
    ("poll_oneoff", Waits),
    ("proc_exit", ChoosesExitCode),
    ("proc_raise", ChoosesExitCode),
    ("random_get", UsesRandom),
    ("sched_yield", Waits),
    ("sock_accept", OpensConnections),
    ("sock_recv", OpensConnections),
    ("sock_send", OpensConnections),
    ("sock_shutdown", OpensConnections),
];

/// The interfaces of WASI 0.2 and of `cofferdam:hook`, by package and name. Sockets are there and
/// refuse everything, because standard libraries import them whether a program connects or not.
const INTERFACES: &[(&str, ImportedAbility)] = &[
    ("cofferdam:hook/actions", RequestsActions),
    ("cofferdam:hook/artifacts", TalksToCofferdam),
    ("cofferdam:hook/deployment", TalksToCofferdam),
    ("cofferdam:hook/failure", TalksToCofferdam),
    ("cofferdam:hook/log", TalksToCofferdam),
    ("cofferdam:hook/outputs", TalksToCofferdam),
    ("cofferdam:hook/progress", TalksToCofferdam),
    ("cofferdam:hook/variables", TalksToCofferdam),
    ("wasi:cli/environment", ReadsEnvironment),
    ("wasi:cli/exit", ChoosesExitCode),
    ("wasi:cli/stderr", Prints),
    ("wasi:cli/stdin", Prints),
    ("wasi:cli/stdout", Prints),
    ("wasi:cli/terminal-input", Prints),
    ("wasi:cli/terminal-output", Prints),
    ("wasi:cli/terminal-stderr", Prints),
    ("wasi:cli/terminal-stdin", Prints),
    ("wasi:cli/terminal-stdout", Prints),
    ("wasi:clocks/monotonic-clock", ReadsClock),
    ("wasi:clocks/wall-clock", ReadsClock),
    ("wasi:filesystem/preopens", ReadsAndWritesFiles),
    ("wasi:filesystem/types", ReadsAndWritesFiles),
    ("wasi:http/outgoing-handler", MakesHttpRequests),
    ("wasi:http/types", MakesHttpRequests),
    ("wasi:io/error", Prints),
    ("wasi:io/poll", Waits),
    ("wasi:io/streams", Prints),
    ("wasi:random/insecure", UsesRandom),
    ("wasi:random/insecure-seed", UsesRandom),
    ("wasi:random/random", UsesRandom),
    ("wasi:sockets/instance-network", OpensConnections),
    ("wasi:sockets/ip-name-lookup", OpensConnections),
    ("wasi:sockets/network", OpensConnections),
    ("wasi:sockets/tcp", OpensConnections),
    ("wasi:sockets/tcp-create-socket", OpensConnections),
    ("wasi:sockets/udp", OpensConnections),
    ("wasi:sockets/udp-create-socket", OpensConnections),
];

/// The modules under which preview 1 is known.
const PREVIEW1_MODULE: &str = "wasi_snapshot_preview1";

/// What a function import of a core module makes possible; `None` when there is no such thing.
pub(super) fn of_function(module: &str, name: &str) -> Option<ImportedAbility> {
    if module != PREVIEW1_MODULE {
        return None;
    }
    PREVIEW1.iter().find(|(known, _)| *known == name).map(|(_, ability)| *ability)
}

/// What an interface import of a component makes possible; `None` when there is no such thing.
///
/// Any 0.2 version of a WASI interface will do: minor versions only add, and the engine matches
/// them.
pub(super) fn of_interface(interface: &str) -> Option<ImportedAbility> {
    let (name, version) = interface.split_once('@')?;
    let provided = match name.split_once(':')? {
        ("wasi", _) => version.starts_with("0.2."),
        ("cofferdam", _) => version == "0.1.0" || version.starts_with("0.1."),
        _ => false,
    };
    if !provided {
        return None;
    }
    INTERFACES.iter().find(|(known, _)| *known == name).map(|(_, ability)| *ability)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_provided_has_an_ability() {
        assert_eq!(of_function("wasi_snapshot_preview1", "path_symlink"), Some(MakesLinks));
        assert_eq!(of_function("wasi_unstable", "path_symlink"), None);
        assert_eq!(of_function("wasi_snapshot_preview1", "proc_exec"), None);
        assert_eq!(of_interface("wasi:filesystem/types@0.2.3"), Some(ReadsAndWritesFiles));
        assert_eq!(of_interface("wasi:filesystem/types@0.3.0"), None);
        assert_eq!(of_interface("wasi:filesystem/types"), None);
        assert_eq!(of_interface("wasi:nn/graph@0.2.0"), None);
        assert_eq!(of_interface("cofferdam:hook/log@0.1.0"), Some(TalksToCofferdam));
    }
}
