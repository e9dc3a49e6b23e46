//! Descriptors: taking all of them, and guessing those of others.

use std::fs::File;

use crate::{Attack, Ending};

pub(crate) const ATTACKS: &[Attack] = &[
    ("take-every-descriptor", take_every_descriptor),
    #[cfg(target_env = "p1")]
    ("guess-descriptors", guess_descriptors),
    #[cfg(target_env = "p1")]
    ("count-preopens", count_preopens),
    #[cfg(target_env = "p1")]
    ("close-the-preopen", close_the_preopen),
    ("read-standard-input", read_standard_input),
];

fn take_every_descriptor() -> Ending {
    let mut held = Vec::new();
    loop {
        match File::open("inside.txt") {
            Ok(file) => held.push(file),
            Err(error) => return Ending::Held(format!("after {}: {error}", held.len())),
        }
        if held.len() > 500 {
            return Ending::Escaped(format!("{} descriptors are open", held.len()));
        }
    }
}

#[cfg(target_env = "p1")]
fn guess_descriptors() -> Ending {
    for fd in 4..2_000 {
        let mut buffer = [0; 64];
        if let Ok(count) = crate::raw::read(fd, &mut buffer) {
            return Ending::Escaped(format!("read {count} bytes from descriptor {fd}"));
        }
        if let Ok(count) = crate::raw::write(fd, b"x") {
            return Ending::Escaped(format!("wrote {count} bytes to descriptor {fd}"));
        }
    }
    Ending::Held("descriptors 4 to 2,000 are closed".into())
}

#[cfg(target_env = "p1")]
fn count_preopens() -> Ending {
    let open = (3..200).filter(|fd| crate::raw::is_preopen(*fd)).count();
    match open {
        1 => Ending::Held("one preopened folder".into()),
        more => Ending::Escaped(format!("{more} preopened folders")),
    }
}

#[cfg(target_env = "p1")]
fn close_the_preopen() -> Ending {
    crate::raw::close(3);
    match std::fs::read("../canary.txt") {
        Ok(bytes) => Ending::Escaped(format!("read {} bytes", bytes.len())),
        Err(error) => Ending::Held(error.to_string()),
    }
}

fn read_standard_input() -> Ending {
    use std::io::Read;
    let mut text = Vec::new();
    match std::io::stdin().take(64).read_to_end(&mut text) {
        Ok(0) => Ending::Held("standard input is empty".into()),
        Ok(count) => Ending::Escaped(format!("read {count} bytes from standard input")),
        Err(error) => Ending::Held(error.to_string()),
    }
}
