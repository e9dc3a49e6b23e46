//! The preview 1 calls that the standard library hides.

use std::io;

#[link(wasm_import_module = "wasi_snapshot_preview1")]
unsafe extern "C" {
    fn fd_read(fd: i32, iovs: *const Slice, iovs_len: usize, read: *mut usize) -> i32;
    fn fd_write(fd: i32, iovs: *const Slice, iovs_len: usize, written: *mut usize) -> i32;
    fn fd_prestat_get(fd: i32, prestat: *mut [u32; 2]) -> i32;
    fn fd_close(fd: i32) -> i32;
}

#[repr(C)]
struct Slice {
    start: *const u8,
    len: usize,
}

fn check(errno: i32) -> io::Result<()> {
    if errno == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(errno)) }
}

pub(crate) fn read(fd: i32, buffer: &mut [u8]) -> io::Result<usize> {
    let slice = Slice { start: buffer.as_mut_ptr(), len: buffer.len() };
    let mut count = 0;
    // SAFETY: one slice that is valid for writing, and a valid place for the count.
    check(unsafe { fd_read(fd, &slice, 1, &mut count) }).map(|()| count)
}

pub(crate) fn write(fd: i32, bytes: &[u8]) -> io::Result<usize> {
    let slice = Slice { start: bytes.as_ptr(), len: bytes.len() };
    let mut count = 0;
    // SAFETY: one slice that is valid for reading, and a valid place for the count.
    check(unsafe { fd_write(fd, &slice, 1, &mut count) }).map(|()| count)
}

pub(crate) fn is_preopen(fd: i32) -> bool {
    let mut prestat = [0; 2];
    // SAFETY: a valid place for the answer, of its size and alignment.
    unsafe { fd_prestat_get(fd, &mut prestat) == 0 }
}

pub(crate) fn close(fd: i32) {
    // SAFETY: nothing in this program holds the descriptor.
    unsafe { fd_close(fd) };
}
