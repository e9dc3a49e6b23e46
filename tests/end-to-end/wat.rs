//! Hooks in WebAssembly text, small enough to read.

use std::fmt::Write;

/// A hook that does these things in order, and then ends with an exit code.
pub(crate) struct Hook {
    data: String,
    steps: String,
    next: usize,
}

/// Where texts begin in memory; what is below is for calls.
const TEXTS: usize = 1024;

impl Hook {
    pub(crate) fn new() -> Self {
        Self { data: String::new(), steps: String::new(), next: TEXTS }
    }

    fn text(&mut self, text: &str) -> (usize, usize) {
        let mut escaped = String::new();
        for byte in text.bytes() {
            write!(escaped, "\\{byte:02x}").unwrap();
        }
        let at = self.next;
        writeln!(self.data, "  (data (i32.const {at}) \"{escaped}\")").unwrap();
        self.next += text.len() + 1;
        (at, text.len())
    }

    fn write_to(&mut self, fd: &str, text: &str) {
        let (at, length) = self.text(text);
        writeln!(
            self.steps,
            "    (i32.store (i32.const 0) (i32.const {at})) (i32.store (i32.const 4) (i32.const {length}))\n    \
             (drop (call $fd_write {fd} (i32.const 0) (i32.const 1) (i32.const 16)))"
        )
        .unwrap();
    }

    /// Prints a line on standard output.
    pub(crate) fn print(mut self, line: &str) -> Self {
        self.write_to("(i32.const 1)", &format!("{line}\n"));
        self
    }

    /// Prints a line on standard error.
    pub(crate) fn print_error(mut self, line: &str) -> Self {
        self.write_to("(i32.const 2)", &format!("{line}\n"));
        self
    }

    /// Writes a file; the hook traps when that fails.
    pub(crate) fn write(mut self, path: &str, content: &str) -> Self {
        let (at, length) = self.text(path);
        // Create and truncate, with the right to write.
        writeln!(
            self.steps,
            "    (if (call $path_open (i32.const 3) (i32.const 0) (i32.const {at}) (i32.const {length}) \
             (i32.const 9) (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 20)) (then (unreachable)))"
        )
        .unwrap();
        self.write_to("(i32.load (i32.const 20))", content);
        writeln!(self.steps, "    (drop (call $fd_close (i32.load (i32.const 20))))").unwrap();
        self
    }

    /// Sets an output variable with a service message.
    pub(crate) fn output(self, name: &str, value: &str) -> Self {
        let (name, value) = (base64(name), base64(value));
        self.print(&format!("##octopus[setVariable name='{name}' value='{value}']"))
    }

    /// Hands in an artifact with a service message.
    pub(crate) fn artifact(self, path: &str, name: &str) -> Self {
        let (path, name) = (base64(path), base64(name));
        self.print(&format!("##octopus[createArtifact path='{path}' name='{name}']"))
    }

    /// Never ends.
    pub(crate) fn looping(mut self) -> Self {
        self.steps.push_str("    (loop $ever (br $ever))\n");
        self
    }

    /// The module, ending with success.
    pub(crate) fn done(self) -> String {
        self.exit(0)
    }

    /// The module, ending with an exit code.
    pub(crate) fn exit(self, code: i32) -> String {
        let pages = self.next / 65_536 + 1;
        format!(
            r#"(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") {pages})
{}  (func (export "_start")
{}    (call $proc_exit (i32.const {code}))))
"#,
            self.data, self.steps
        )
    }
}

pub(crate) fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let mut bits = 0u32;
        for index in 0..3 {
            bits = bits << 8 | u32::from(*chunk.get(index).unwrap_or(&0));
        }
        for digit in 0..4 {
            let value = (bits >> (18 - 6 * digit) & 63) as usize;
            out.push(if digit <= chunk.len() { char::from(DIGITS[value]) } else { '=' });
        }
    }
    out
}

#[test]
fn base64_is_that_of_the_standard() {
    assert_eq!(
        ["", "f", "fo", "foo", "foob"].map(base64),
        ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]
    );
}
