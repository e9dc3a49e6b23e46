//! What attacks are made of: bare system calls, and words for how they end.

use std::io;
use std::path::Path;

/// The smallest piece of memory that can be mapped.
pub(super) const PAGE_BYTES: i64 = 4096;

/// A descriptor that a worker has open; which it is does not matter where the call itself is not allowed.
pub(super) const ANY_DESCRIPTOR: i64 = 3;

/// Paths that do not begin with `/` begin in the current folder.
pub(super) const HERE: i64 = libc::AT_FDCWD as i64;

/// What an attack got that wanted nothing but to be allowed.
pub(super) fn done(result: io::Result<()>) -> io::Result<String> {
    result.map(|()| "done".to_owned())
}

/// Makes a system call whose success is what the attacker wanted.
pub(super) fn gets(what: &str, number: libc::c_long, arguments: [i64; 5]) -> io::Result<String> {
    call(number, arguments).map(|_| what.to_owned())
}

/// Makes a system call. A sixth argument, where a call has one, is zero.
pub(super) fn call(number: libc::c_long, arguments: [i64; 5]) -> io::Result<i64> {
    const SIXTH: i64 = 0;
    let [a, b, c, d, e] = arguments;
    #[expect(unsafe_code, reason = "an attack")]
    // SAFETY: every address that a caller passes is that of a live value of the size that the call
    // reads or writes.
    let result = unsafe { libc::syscall(number, a, b, c, d, e, SIXTH) };
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

/// Maps memory, and leaves it mapped.
pub(super) fn map(bytes: i64, protection: i32, flags: i32, file: i32) -> io::Result<()> {
    #[expect(unsafe_code, reason = "an attack")]
    // SAFETY: a new mapping anywhere harms nothing.
    let result = unsafe { libc::syscall(libc::SYS_mmap, 0_i64, bytes, protection, flags, file, 0) };
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// A path as system calls take it.
pub(super) fn c_path(path: &Path) -> io::Result<std::ffi::CString> {
    use std::os::unix::ffi::OsStrExt;
    Ok(std::ffi::CString::new(path.as_os_str().as_bytes())?)
}

/// An address as system calls take it.
pub(super) fn address_of<T>(pointer: *const T) -> i64 {
    pointer.expose_provenance().cast_signed() as i64
}
