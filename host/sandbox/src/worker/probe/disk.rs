//! Attacks on the disk, past the counts in the worker.

use std::fs;
use std::io;

use super::Attack;
use super::raw::{PAGE_BYTES, done, map};

/// The probes, by name.
pub(super) const PROBES: &[(&str, Attack)] = &[
    ("reserve-disk-space", |_| {
        let file = fs::File::create("reserved")?;
        let flags = rustix::fs::FallocateFlags::empty();
        done(rustix::fs::fallocate(file, flags, 0, 1 << 20).map_err(io::Error::from))
    }),
    ("write-without-calls", |_| map_for_writing()),
    ("fill-the-disk", |_| write_for_ever(fs::File::create("filling")?)),
    ("fill-the-disk-out-of-sight", |_| {
        // What has no name is in no folder.
        let file = fs::File::create("unseen")?;
        rustix::fs::unlinkat(rustix::fs::CWD, "unseen", rustix::fs::AtFlags::empty())?;
        write_for_ever(file)
    }),
    ("make-files-for-ever", |_| make_files_for_ever()),
    ("copy-without-writing", |_| {
        fs::write("original", "x")?;
        let (from, to) = (fs::File::open("original")?, fs::File::create("copied")?);
        let copied = rustix::fs::copy_file_range(&from, None, &to, None, 1);
        copied.map(|bytes| format!("{bytes} bytes")).map_err(io::Error::from)
    }),
];

fn map_for_writing() -> io::Result<String> {
    use std::os::fd::AsRawFd;
    let file =
        fs::File::options().read(true).write(true).create(true).truncate(true).open("mapped")?;
    file.set_len(PAGE_BYTES.cast_unsigned())?;
    map(PAGE_BYTES, libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED, file.as_raw_fd())?;
    Ok("a page".into())
}

fn write_for_ever(mut file: fs::File) -> io::Result<String> {
    /// Much more than anybody may write, and less than harms a machine.
    const MEBIBYTES: u64 = 1024;
    let block = vec![1; 1 << 20];
    for _ in 0..MEBIBYTES {
        io::Write::write_all(&mut file, &block)?;
    }
    Ok(format!("{MEBIBYTES} MiB were written"))
}

/// In folders that nobody can list who is not root.
fn make_files_for_ever() -> io::Result<String> {
    const FILES_PER_FOLDER: u64 = 1000;
    /// The same in files.
    const FILES: u64 = 100_000;
    for number in 0..FILES {
        let folder = format!("unlisted-{}", number / FILES_PER_FOLDER);
        if number.is_multiple_of(FILES_PER_FOLDER) {
            let mode = rustix::fs::Mode::from_raw_mode(0o300);
            rustix::fs::mkdirat(rustix::fs::CWD, &*folder, mode)?;
        }
        fs::File::create(format!("{folder}/{number}"))?;
    }
    Ok(format!("{FILES} files were made"))
}
