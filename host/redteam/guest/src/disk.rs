//! Filling the disk: with bytes, with files, with folders, and with nothing at all.
//!
//! Each goes well beyond the limit that it is run with, and no further: one that succeeds must not harm
//! the machine.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};

use crate::{Attack, Ending};

pub(crate) const ATTACKS: &[Attack] = &[
    ("fill-the-disk-with-one-file", fill_with_one_file),
    ("fill-the-disk-with-many-files", fill_with_many_files),
    ("fill-the-disk-with-empty-files", fill_with_empty_files),
    ("fill-the-disk-with-folders", fill_with_folders),
    ("fill-the-disk-with-a-sparse-file", fill_with_a_sparse_file),
    ("fill-the-disk-beyond-the-end", fill_beyond_the_end),
    ("rewrite-one-file-for-ever", rewrite_one_file),
    ("nest-folders-deeply", nest_folders_deeply),
    ("multiply-a-file-by-links", multiply_by_links),
];

const BLOCK: [u8; 65_536] = [7; 65_536];

/// Where a sparse file ends.
const FAR: u64 = 64 << 20;

fn fill_with_one_file() -> Ending {
    let mut file = match File::create("full") {
        Ok(file) => file,
        Err(error) => return Ending::Held(error.to_string()),
    };
    for written in 0..256u64 {
        if let Err(error) = file.write_all(&BLOCK) {
            return Ending::Held(format!("after {} KiB: {error}", written * 64));
        }
    }
    Ending::Escaped("16 MiB were written".into())
}

/// One small file under so many names that whoever copies them all writes much. It is filled last, so that
/// nothing is counted when the names are made.
fn multiply_by_links() -> Ending {
    const NAMES: u64 = 200;
    let done = File::create("one").and_then(|mut file| {
        (0..NAMES).try_for_each(|number| fs::hard_link("one", format!("name-{number}")))?;
        file.write_all(&BLOCK)
    });
    match done {
        Ok(()) => Ending::Held(format!("{NAMES} names were made for one file")),
        Err(error) => Ending::Held(error.to_string()),
    }
}

fn fill_with_many_files() -> Ending {
    for number in 0..200 {
        if let Err(error) = fs::write(format!("full-{number}"), BLOCK) {
            return Ending::Held(format!("after {number} files: {error}"));
        }
    }
    Ending::Escaped("200 files of 64 KiB were written".into())
}

fn fill_with_empty_files() -> Ending {
    for number in 0..2_000 {
        if let Err(error) = File::create(format!("empty-{number}")) {
            return Ending::Held(format!("after {number} files: {error}"));
        }
    }
    Ending::Escaped("2,000 files were created".into())
}

fn fill_with_folders() -> Ending {
    for number in 0..2_000 {
        if let Err(error) = fs::create_dir(format!("folder-{number}")) {
            return Ending::Held(format!("after {number} folders: {error}"));
        }
    }
    Ending::Escaped("2,000 folders were created".into())
}

fn fill_with_a_sparse_file() -> Ending {
    match File::create("sparse").and_then(|file| file.set_len(FAR)) {
        Ok(()) => Ending::Escaped("a file of 64 MiB was made".into()),
        Err(error) => Ending::Held(error.to_string()),
    }
}

fn fill_beyond_the_end() -> Ending {
    let write = || {
        let mut file = File::create("beyond")?;
        file.seek(SeekFrom::Start(FAR))?;
        file.write_all(b"x")
    };
    match write() {
        Ok(()) => Ending::Escaped("a byte was written at 64 MiB".into()),
        Err(error) => Ending::Held(error.to_string()),
    }
}

fn rewrite_one_file() -> Ending {
    for round in 0..256u64 {
        if let Err(error) = fs::write("again", BLOCK) {
            return Ending::Held(format!("after {round} rounds: {error}"));
        }
    }
    Ending::Escaped("16 MiB were written".into())
}

fn nest_folders_deeply() -> Ending {
    let mut path = String::from("nest");
    for depth in 0..200 {
        if let Err(error) = fs::create_dir(&path) {
            return Ending::Held(format!("at depth {depth}: {error}"));
        }
        path.push_str("/n");
    }
    Ending::Escaped("folders are nested 200 deep".into())
}
