//! Attacks on the memory of the machine, and on what memory may be.

use std::io;

use super::Attack;
use super::raw::{PAGE_BYTES, address_of, call, map};

/// The probes, by name.
pub(super) const PROBES: &[(&str, Attack)] = &[
    ("make-executable-memory", |_| make_executable_memory()),
    ("take-much-memory", |_| take(libc::PROT_READ | libc::PROT_WRITE, 0)),
    ("take-memory-as-stack", |_| {
        // Counted as stack, which a limit on memory is not about.
        take(libc::PROT_READ | libc::PROT_WRITE, libc::MAP_GROWSDOWN)
    }),
    ("take-memory-as-files", |_| {
        let name = address_of(c"nowhere".as_ptr());
        call(libc::SYS_memfd_create, [name, 0, 0, 0, 0]).map(|_| "a file of memory".into())
    }),
    ("take-memory-in-tables", |_| take_address_space()),
];

fn make_executable_memory() -> io::Result<String> {
    let protection = libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC;
    map(PAGE_BYTES, protection, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1)?;
    Ok("a page".into())
}

/// Not touched, so that it takes no memory where it succeeds.
fn take(protection: i32, further_flags: i32) -> io::Result<String> {
    const PIECE_BYTES: i64 = 64 << 20;
    const PIECES: i64 = 128;
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE | further_flags;
    for _ in 0..PIECES {
        map(PIECE_BYTES, protection, flags, -1)?;
    }
    Ok(format!("{} bytes", PIECES * PIECE_BYTES))
}

/// Address space that is only read takes no memory of the process's, and a five-hundredth of it of the
/// kernel's for its tables.
fn take_address_space() -> io::Result<String> {
    const BYTES: i64 = 64 << 40;
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    map(BYTES, libc::PROT_READ, flags, -1)?;
    Ok(format!("{BYTES} bytes"))
}
