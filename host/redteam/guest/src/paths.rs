//! Paths that lead out, tried with every file call that takes one.

use std::fs::{self, File, OpenOptions};

use crate::{Attack, Ending, all_held, must_fail};

pub(crate) const ATTACKS: &[Attack] = &[
    ("read-absolute-path", read_absolute_path),
    ("read-parent", read_parent),
    ("read-parent-from-the-middle", read_parent_from_the_middle),
    ("read-trailing-slash", read_trailing_slash),
    ("read-other-deployment", read_other_deployment),
    ("read-proc", read_proc),
    ("read-devices", read_devices),
    ("list-parent", list_parent),
    ("stat-parent", stat_parent),
    ("create-in-parent", create_in_parent),
    ("append-in-parent", append_in_parent),
    ("truncate-in-parent", truncate_in_parent),
    ("make-folder-in-parent", make_folder_in_parent),
    ("remove-file-in-parent", remove_file_in_parent),
    ("remove-folder-in-parent", remove_folder_in_parent),
    ("rename-into-parent", rename_into_parent),
    ("rename-from-parent", rename_from_parent),
    ("remove-the-enclosure", remove_the_enclosure),
    ("long-path", long_path),
    ("zero-byte-in-path", zero_byte_in_path),
];

const OUTSIDE: [&str; 4] =
    ["../canary.txt", "/../canary.txt", "./../canary.txt", "../enclosure/../canary.txt"];

fn read(path: &str) -> Ending {
    must_fail(path, fs::read(path), |bytes| format!("read {} bytes", bytes.len()))
}

fn read_absolute_path() -> Ending {
    all_held(["/etc/passwd", "/etc/hostname", "//etc/passwd", "/./etc/passwd"].map(read))
}

fn read_parent() -> Ending {
    all_held(OUTSIDE.map(read))
}

fn read_parent_from_the_middle() -> Ending {
    all_held(
        ["sub/../../canary.txt", "sub/deep/../../../canary.txt", "sub/./../../canary.txt"]
            .map(read),
    )
}

fn read_trailing_slash() -> Ending {
    all_held(["../canary.txt/", "..//canary.txt", "../", "..", "sub/../..//canary.txt"].map(read))
}

fn read_other_deployment() -> Ending {
    read("../other-deployment/secret.txt")
}

fn read_proc() -> Ending {
    all_held(
        [
            "/proc/self/environ",
            "/proc/self/maps",
            "/proc/self/root/etc/passwd",
            "/proc/1/cmdline",
            "../../../../../../proc/self/mem",
        ]
        .map(read),
    )
}

fn read_devices() -> Ending {
    use std::io::Read;
    all_held(["/dev/mem", "/dev/vda", "/dev/null", "../../../../../../dev/zero"].map(|path| {
        // Some of them never end.
        let read = File::open(path).and_then(|mut device| device.read(&mut [0; 64]));
        must_fail(path, read, |count| format!("read {count} bytes"))
    }))
}

fn list_parent() -> Ending {
    all_held(["..", "/..", "sub/../.."].map(|path| {
        must_fail(path, fs::read_dir(path).and_then(|mut e| e.next().transpose()), |_| {
            "listed".into()
        })
    }))
}

fn stat_parent() -> Ending {
    all_held(OUTSIDE.map(|path| {
        must_fail(path, fs::metadata(path), |facts| format!("it has {} bytes", facts.len()))
    }))
}

fn create_in_parent() -> Ending {
    all_held(
        ["../planted.txt", "/../planted.txt", "sub/../../planted.txt"]
            .map(|path| must_fail(path, File::create(path), |_| "created".into())),
    )
}

fn append_in_parent() -> Ending {
    all_held(OUTSIDE.map(|path| {
        must_fail(path, OpenOptions::new().append(true).open(path), |_| "opened".into())
    }))
}

fn truncate_in_parent() -> Ending {
    all_held(OUTSIDE.map(|path| {
        let opened = OpenOptions::new().write(true).truncate(true).open(path);
        must_fail(path, opened, |_| "truncated".into())
    }))
}

fn make_folder_in_parent() -> Ending {
    all_held(
        ["../planted", "sub/../../planted"]
            .map(|path| must_fail(path, fs::create_dir(path), |()| "made".into())),
    )
}

fn remove_file_in_parent() -> Ending {
    all_held(OUTSIDE.map(|path| must_fail(path, fs::remove_file(path), |()| "removed".into())))
}

fn remove_folder_in_parent() -> Ending {
    all_held(
        ["../other-deployment", "../enclosure"]
            .map(|path| must_fail(path, fs::remove_dir_all(path), |()| "removed".into())),
    )
}

fn rename_into_parent() -> Ending {
    all_held(
        ["../stolen.txt", "../canary.txt"]
            .map(|path| must_fail(path, fs::rename("inside.txt", path), |()| "renamed".into())),
    )
}

fn rename_from_parent() -> Ending {
    all_held(
        OUTSIDE.map(|path| must_fail(path, fs::rename(path, "stolen.txt"), |()| "renamed".into())),
    )
}

fn remove_the_enclosure() -> Ending {
    all_held([
        must_fail("rmdir .", fs::remove_dir("."), |()| "removed".into()),
        must_fail("rmdir /", fs::remove_dir("/"), |()| "removed".into()),
        must_fail("rename / to sub/x", fs::rename("/", "sub/x"), |()| "renamed".into()),
        must_fail("rename sub to /", fs::rename("sub", "/"), |()| "renamed".into()),
    ])
}

fn long_path() -> Ending {
    let deep = "sub/".repeat(2_000);
    let long = "x".repeat(100_000);
    all_held([
        must_fail("2,000 parts", File::create(format!("{deep}x")), |_| "created".into()),
        must_fail("a name of 100,000 bytes", File::create(long), |_| "created".into()),
    ])
}

fn zero_byte_in_path() -> Ending {
    must_fail("inside.txt\\0.png", fs::read("inside.txt\0.png"), |_| "read".into())
}
