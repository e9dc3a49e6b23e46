//! Modules in the text format: valid in itself, and too much or not wanted.

// Writing to a string cannot fail.
use std::fmt::Write as _;

const EMPTY_START: &str = r#"(func (export "_start"))"#;

pub(super) fn type_confusion() -> String {
    // A number is called as if it were a function's reference.
    r#"(module (type $t (func)) (func (export "_start") (call_ref $t (i32.const 4096))))"#
        .to_owned()
}

pub(super) fn threads() -> String {
    format!("(module (memory 1 1 shared) {EMPTY_START})")
}

pub(super) fn memory64() -> String {
    format!("(module (memory i64 1) {EMPTY_START})")
}

pub(super) fn garbage_collection() -> String {
    format!("(module (type (struct (field i32))) {EMPTY_START})")
}

pub(super) fn stack_switching() -> String {
    format!("(module (type $f (func)) (type $c (cont $f)) {EMPTY_START})")
}

pub(super) fn pages_of_one_byte() -> String {
    format!("(module (memory 1 (pagesize 1)) {EMPTY_START})")
}

pub(super) fn unknown_import() -> String {
    format!(r#"(module (import "env" "system" (func (param i32) (result i32))) {EMPTY_START})"#)
}

pub(super) fn import_that_drives_terminals() -> String {
    format!(r#"(module (import "env" "\1b[2J\1b]0;owned\07" (func)) {EMPTY_START})"#)
}

/// A function whose register allocation takes long: many values that live across many blocks.
pub(super) fn register_allocation_bomb() -> String {
    const LOCALS: usize = 2_000;
    const ROUNDS: usize = 9;
    let mut text = String::from("(module (func (export \"_start\")\n");
    for local in 0..LOCALS {
        let _ = writeln!(text, "(local $l{local} i32)");
    }
    for local in (0..LOCALS).cycle().take(LOCALS * ROUNDS) {
        let other = (local * 7 + 1) % LOCALS;
        let _ = writeln!(
            text,
            "(block (br_if 0 (local.get $l{local})) \
             (local.set $l{other} (i32.add (local.get $l{local}) (local.get $l{other}))))"
        );
    }
    text + "))"
}

pub(super) fn nested_blocks(depth: usize) -> String {
    let (open, close) = ("(block ".repeat(depth), ")".repeat(depth));
    format!(r#"(module (func (export "_start") {open}{close}))"#)
}

/// What makes a component one that can be run.
const RUNNABLE: &str = r#"
    (core module $main (func (export "run") (result i32) (i32.const 0)))
    (core instance $main (instantiate $main))
    (func $run (result (result)) (canon lift (core func $main "run")))
    (instance $run (export "run" (func $run)))
    (export "wasi:cli/run@0.2.0" (instance $run))"#;

pub(super) fn nested_components(depth: usize) -> String {
    let (open, close) = ("(component ".repeat(depth), ")".repeat(depth));
    format!("(component {open}{close} {RUNNABLE})")
}

/// Each type is a pair of the one before: 2^40 values.
pub(super) fn huge_component_type() -> String {
    let mut text = String::from("(component (type $t0 (tuple u8 u8))\n");
    for level in 1..40 {
        let _ = writeln!(text, "(type $t{level} (tuple $t{0} $t{0}))", level - 1);
    }
    text + RUNNABLE + ")"
}

/// Each component is two instances of the one before: 2^30 memories.
pub(super) fn doubling_instances() -> String {
    let mut text = String::from(
        "(component (component $c0 (core module $m (memory 1)) (core instance (instantiate $m)))\n",
    );
    for level in 1..30 {
        let inner = level - 1;
        let _ = writeln!(
            text,
            "(component $c{level} (alias outer 1 $c{inner} (component $inner)) \
             (instance (instantiate $inner)) (instance (instantiate $inner)))"
        );
    }
    text + "(instance (instantiate $c29))" + RUNNABLE + ")"
}

/// Seconds on any machine; it ends by itself, should nothing stop it.
const ROUNDS: u64 = 5_000_000_000;

pub(super) fn start_loop() -> String {
    let next = "(local.tee $n (i64.add (local.get $n) (i64.const 1)))";
    let body = format!("(loop (br_if 0 (i64.lt_u {next} (i64.const {ROUNDS}))))");
    format!("(module (func $spin (local $n i64) {body}) (start $spin) {EMPTY_START})")
}

pub(super) fn start_trap() -> String {
    format!("(module (func $trap unreachable) (start $trap) {EMPTY_START})")
}
