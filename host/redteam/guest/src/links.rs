//! Links that the hook makes itself, and then follows, moves or hands to the host.

use std::ffi::{CString, c_char, c_int};
use std::fs;
use std::io;

use crate::{Attack, Ending, all_held, must_fail};

pub(crate) const ATTACKS: &[Attack] = &[
    ("follow-absolute-link", follow_absolute_link),
    ("follow-relative-link", follow_relative_link),
    ("follow-link-with-trailing-slash", follow_link_with_trailing_slash),
    ("follow-chain-of-links", follow_chain_of_links),
    ("follow-link-that-was-moved", follow_link_that_was_moved),
    ("write-through-link", write_through_link),
    ("remove-through-link", remove_through_link),
    ("hard-link-from-outside", hard_link_from_outside),
    ("hard-link-to-a-link", hard_link_to_a_link),
    ("rename-over-link", rename_over_link),
    ("replace-folder-by-link", replace_folder_by_link),
    ("plant-link-for-the-host", plant_link_for_the_host),
    ("hand-in-a-link-that-was-moved", hand_in_a_link_that_was_moved),
    ("swap-folder-and-link", swap_folder_and_link),
];

/// Makes a link inside the enclosure; the standard library does not offer it for these targets.
fn symlink(target: &str, link: &str) -> io::Result<()> {
    unsafe extern "C" {
        #[link_name = "symlink"]
        fn libc_symlink(target: *const c_char, link: *const c_char) -> c_int;
    }
    let (target, link) = (CString::new(target)?, CString::new(link)?);
    // SAFETY: both are C strings that live until the call returns.
    match unsafe { libc_symlink(target.as_ptr(), link.as_ptr()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Making the link may already be refused, which is as good.
fn through(target: &str, link: &str, then: impl FnOnce() -> Ending) -> Ending {
    match symlink(target, link) {
        Ok(()) => then(),
        Err(error) => Ending::Held(format!("link to {target}: {error}")),
    }
}

fn read(path: &str) -> Ending {
    must_fail(path, fs::read(path), |bytes| format!("read {} bytes", bytes.len()))
}

fn follow_absolute_link() -> Ending {
    through("/etc/passwd", "a", || read("a"))
}

fn follow_relative_link() -> Ending {
    all_held([
        through("../canary.txt", "b", || read("b")),
        through("sub/../../canary.txt", "c", || read("c")),
    ])
}

fn follow_link_with_trailing_slash() -> Ending {
    through("..", "up", || all_held(["up/canary.txt", "up/", "up/.", "up//canary.txt"].map(read)))
}

fn follow_chain_of_links() -> Ending {
    through("sub", "first", || {
        through("../..", "sub/second", || {
            through("first/second", "third", || {
                all_held(["third/canary.txt", "first/second/canary.txt"].map(read))
            })
        })
    })
}

/// A link that is harmless where it is made and leads out where it is moved to.
fn follow_link_that_was_moved() -> Ending {
    through("../../canary.txt", "sub/deep/moved", || {
        match fs::rename("sub/deep/moved", "sub/moved")
            .and_then(|()| fs::rename("sub/moved", "moved"))
        {
            Ok(()) => read("moved"),
            Err(error) => Ending::Held(format!("moving the link: {error}")),
        }
    })
}

fn write_through_link() -> Ending {
    through("../canary.txt", "w", || must_fail("w", fs::write("w", "owned"), |()| "written".into()))
}

fn remove_through_link() -> Ending {
    through("../other-deployment", "r", || {
        must_fail("r/secret.txt", fs::remove_file("r/secret.txt"), |()| "removed".into())
    })
}

fn hard_link_from_outside() -> Ending {
    all_held(["../canary.txt", "/etc/passwd"].map(|path| match fs::hard_link(path, "hard") {
        Ok(()) => read("hard"),
        Err(error) => Ending::Held(format!("hard link: {error}")),
    }))
}

fn hard_link_to_a_link() -> Ending {
    through("../canary.txt", "soft", || match fs::hard_link("soft", "sub/deep/hard") {
        Ok(()) => all_held(["sub/deep/hard", "soft"].map(read)),
        Err(error) => Ending::Held(format!("hard link: {error}")),
    })
}

fn rename_over_link() -> Ending {
    through("../canary.txt", "over", || {
        match fs::rename("inside.txt", "over") {
            // It must have replaced the link, not what the link leads to; the runner looks.
            Ok(()) => Ending::Held("the link itself was replaced".into()),
            Err(error) => Ending::Held(format!("rename: {error}")),
        }
    })
}

fn replace_folder_by_link() -> Ending {
    if let Err(error) = fs::remove_dir_all("sub") {
        return Ending::Held(format!("removing sub: {error}"));
    }
    through("../other-deployment", "sub", || read("sub/secret.txt"))
}

/// The host copies artifacts and custom installation folders: it must not follow this.
fn plant_link_for_the_host() -> Ending {
    let _ = symlink("../canary.txt", "report.txt");
    let _ = symlink("/etc/passwd", "passwd.txt");
    println!("##octopus[createArtifact path='cmVwb3J0LnR4dA==' name='cmVwb3J0LnR4dA==']");
    println!("##octopus[createArtifact path='cGFzc3dkLnR4dA==' name='cGFzc3dkLnR4dA==']");
    println!(
        "##octopus[createArtifact path='Li4vY2FuYXJ5LnR4dA==' name='Li4vLi4vY2FuYXJ5LnR4dA==']"
    );
    Ending::Held("links planted; the host must not follow them".into())
}

/// The same with a link that is there, because it led nowhere outside when it was made. Where the
/// enclosure is a deployment's folder, it leads to the canary.
fn hand_in_a_link_that_was_moved() -> Ending {
    let plant = fs::create_dir("sub/deep/er")
        .and_then(|()| symlink("../../../canary.txt", "sub/deep/er/report.txt"))
        .and_then(|()| fs::rename("sub/deep/er/report.txt", "report.txt"));
    println!("##octopus[createArtifact path='cmVwb3J0LnR4dA==' name='cmVwb3J0LnR4dA==']");
    match plant {
        Ok(()) => Ending::Held("a link is planted; the host must not follow it".into()),
        Err(error) => Ending::Held(format!("planting: {error}")),
    }
}

/// One half of a race: run together with another instance in the same enclosure.
fn swap_folder_and_link() -> Ending {
    for round in 0..3_000 {
        let name = "contested";
        if round % 2 == 0 {
            let _ = fs::remove_dir_all(name);
            let _ = symlink("sub/deep/../..", "stage-link");
            let _ = fs::rename("stage-link", name);
        } else {
            let _ = fs::remove_file(name);
            let _ = fs::create_dir(name);
        }
        for path in ["contested/../canary.txt", "contested/../../canary.txt"] {
            if let Ok(bytes) = fs::read(path) {
                return Ending::Escaped(format!(
                    "{path}: read {} bytes in round {round}",
                    bytes.len()
                ));
            }
        }
    }
    Ending::Held("3,000 rounds".into())
}
