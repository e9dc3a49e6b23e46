//! Every limit, overrun: the hook is stopped, the error names the limit, the host is healthy.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what is not a `#[test]` function itself is test code all the same"
)]

mod support;

use std::time::{Duration, Instant};

use cofferdam_capability::{LimitName, Limits};
use cofferdam_sandbox::{HookError, HookEvent, Inputs, ModuleSource, PrepareError};
use support::{BOTH, Kind, Place, guest};

/// Runs the guest for a property under one limit, and asserts that it was stopped there.
fn overrun(kind: Kind, arguments: &[&str], limit: LimitName, value: u64) -> support::Record {
    let mut place = Place::new();
    let record = place.limit(limit, value).guest(kind, arguments);
    record.stopped_at(limit, value);
    record
}

fn wat(place: &Place, text: &str) -> support::Record {
    place.run(text.as_bytes(), Inputs::default())
}

#[test]
fn wall_time_ends_loops_and_sleeps() {
    for kind in BOTH {
        for what in ["spin", "sleep"] {
            let start = Instant::now();
            overrun(kind, &[what], LimitName::WallTime, 300);
            assert!(start.elapsed() < Duration::from_secs(60), "{what} was not stopped");
        }
    }
}

#[test]
fn processor_time_ends_loops() {
    for kind in BOTH {
        let record = overrun(kind, &["spin"], LimitName::CpuTime, 200);
        let Err(HookError::Limit { report, .. }) = record.result else { unreachable!() };
        assert!(report.cpu_ms >= 150, "{report:?}");
    }
}

#[test]
fn a_loop_in_a_start_function_is_ended() {
    let mut place = Place::new();
    place.limit(LimitName::CpuTime, 200);
    let text = r#"(module (func $spin (loop br 0)) (start $spin) (func (export "_start")))"#;
    wat(&place, text).stopped_at(LimitName::CpuTime, 200);
}

#[test]
fn memory_that_a_hook_cannot_do_without_is_named() {
    for kind in BOTH {
        overrun(kind, &["allocate"], LimitName::Memory, 32 << 20);
    }
}

#[test]
fn memory_that_a_hook_can_do_without_is_no_failure() {
    let mut place = Place::new();
    place.limit(LimitName::Memory, 1 << 20);
    let text = r#"(module (memory 1) (func (export "_start")
        (if (i32.ne (memory.grow (i32.const 1000)) (i32.const -1)) (then unreachable))))"#;
    wat(&place, text).succeeded();
}

#[test]
fn the_memory_a_module_begins_with_counts() {
    let mut place = Place::new();
    place.limit(LimitName::Memory, 1 << 20);
    let text = r#"(module (memory 1000) (func (export "_start")))"#;
    wat(&place, text).stopped_at(LimitName::Memory, 1 << 20);
}

#[test]
fn tables_are_bounded() {
    let mut place = Place::new();
    place.limit(LimitName::TableElements, 1000);
    let text = r#"(module (table 2000 funcref) (func (export "_start")))"#;
    wat(&place, text).stopped_at(LimitName::TableElements, 1000);
    let text = r#"(module (table $t 10 funcref) (func (export "_start")
        (if (i32.eq (table.grow $t (ref.null func) (i32.const 5000)) (i32.const -1))
            (then unreachable))))"#;
    wat(&place, text).stopped_at(LimitName::TableElements, 1000);
}

#[test]
fn instances_are_bounded() {
    let mut place = Place::new();
    place.limit(LimitName::Instances, 3);
    let memories = "(memory 1)".repeat(5);
    let text = format!(r#"(module {memories} (func (export "_start")))"#);
    wat(&place, &text).stopped_at(LimitName::Instances, 3);
}

#[test]
fn deep_recursion_ends_at_the_stack_limit() {
    let mut place = Place::new();
    place.limit(LimitName::Stack, 256 * 1024);
    let text = r#"(module (func $down (call $down)) (func (export "_start") (call $down)))"#;
    wat(&place, text).stopped_at(LimitName::Stack, 256 * 1024);
}

#[test]
fn output_is_bounded_in_bytes_and_lines() {
    for kind in BOTH {
        overrun(kind, &["flood-bytes"], LimitName::OutputBytes, 100_000);
        let record = overrun(kind, &["flood-lines"], LimitName::OutputLines, 500);
        assert_eq!(record.lines().len(), 500);
    }
}

#[test]
fn a_long_line_is_cut_and_says_so() {
    for kind in BOTH {
        let mut place = Place::new();
        let record = place.limit(LimitName::LineBytes, 100).guest(kind, &["long-line", "5000"]);
        record.succeeded();
        let cut = |e: &HookEvent| matches!(e, HookEvent::Line { truncated: true, text, .. } if text.len() == 100);
        assert!(record.events.iter().any(cut), "{:?}", record.events);
    }
}

#[test]
fn the_disk_is_bounded_while_the_hook_runs() {
    for kind in BOTH {
        let mut place = Place::new();
        let limit = 10 << 20;
        let record = place.limit(LimitName::WrittenBytes, limit).guest(kind, &["fill-disk"]);
        record.stopped_at(LimitName::WrittenBytes, limit);
        let size = std::fs::metadata(place.folder().join("big")).unwrap().len();
        assert!(size <= limit, "{size}");
    }
}

#[test]
fn holes_in_files_count_as_written() {
    for kind in BOTH {
        for what in ["grow", "write-far-out"] {
            let mut place = Place::new();
            let record = place.limit(LimitName::WrittenBytes, 1 << 30).guest(kind, &[what]);
            record.stopped_at(LimitName::WrittenBytes, 1 << 30);
            for file in std::fs::read_dir(place.folder()).unwrap() {
                assert_eq!(file.unwrap().metadata().unwrap().len(), 0, "{what}");
            }
        }
    }
}

#[test]
fn files_and_folders_are_counted() {
    for kind in BOTH {
        for what in ["many-files", "many-folders"] {
            let mut place = Place::new();
            let record = place.limit(LimitName::FilesCreated, 50).guest(kind, &[what]);
            record.stopped_at(LimitName::FilesCreated, 50);
            assert_eq!(std::fs::read_dir(place.folder()).unwrap().count(), 50);
        }
    }
}

#[test]
fn paths_are_bounded_in_depth() {
    for kind in BOTH {
        overrun(kind, &["deep-path", "20"], LimitName::PathDepth, 10);
        Place::new().guest(kind, &["deep-path", "20"]).succeeded();
    }
}

#[test]
fn descriptors_run_out_for_the_hook_alone() {
    for kind in BOTH {
        overrun(kind, &["hold-files"], LimitName::OpenFiles, 20);
        overrun(kind, &["hold-files"], LimitName::OpenFiles, 64);
    }
}

#[test]
fn what_a_hook_hands_out_is_bounded() {
    for kind in BOTH {
        overrun(kind, &["outputs"], LimitName::OutputVariables, 20);
        overrun(kind, &["long-output", "5000"], LimitName::OutputVariableBytes, 4000);
        overrun(kind, &["artifacts"], LimitName::Artifacts, 5);
    }
}

#[test]
fn an_output_may_be_longer_than_a_line() {
    for kind in BOTH {
        let record = Place::new().guest(kind, &["long-output", "500000"]);
        record.succeeded();
        let whole =
            |e: &HookEvent| matches!(e, HookEvent::Output { value, .. } if value.len() == 500_000);
        assert!(record.events.iter().any(whole));
    }
}

#[test]
fn host_calls_are_bounded_per_second() {
    for kind in BOTH {
        overrun(kind, &["call-the-host"], LimitName::HostCallsPerSecond, 1000);
    }
}

#[test]
fn a_module_that_is_too_large_is_not_even_parsed() {
    let place = Place::new();
    let mut limits = Limits::default();
    limits.set(LimitName::ModuleSize, 1000);
    let source = ModuleSource { name: "large.wasm", bytes: guest(Kind::Preview1) };
    let error = place.sandbox.prepare(&source, &limits).unwrap_err();
    assert_eq!(error.to_string(), "`large.wasm` reached the limit `module-size` of 1000B");
}

/// A function whose register allocation takes long: many values that live across many blocks.
fn compile_bomb() -> String {
    use std::fmt::Write;

    let mut text = String::from("(module (func (export \"_start\")\n");
    for local in 0..2000 {
        writeln!(text, "(local $l{local} i32)").unwrap();
    }
    for local in 0..2000 {
        let other = (local * 7 + 1) % 2000;
        writeln!(
            text,
            "(block (br_if 0 (local.get $l{local})) (local.set $l{other} \
             (i32.add (local.get $l{local}) (local.get $l{other}))))"
        )
        .unwrap();
    }
    let body = text.clone();
    let statements = body.split_once("(local $l1999 i32)\n").unwrap().1.to_owned();
    for _ in 0..8 {
        text.push_str(&statements);
    }
    text.push_str("))");
    text
}

#[test]
fn compiling_ends_at_its_limits() {
    let bomb = compile_bomb();
    let place = Place::with(|settings| settings.cache_dir = tempfile::tempdir().unwrap().keep());
    let source = ModuleSource { name: "bomb.wat", bytes: bomb.as_bytes() };
    let mut limits = Limits::default();
    limits.set(LimitName::CompileTime, 500);
    let error = place.sandbox.prepare(&source, &limits).unwrap_err();
    let timed_out = matches!(error, PrepareError::Limit { limit: LimitName::CompileTime, .. });
    assert!(timed_out, "{error}");
    let mut limits = Limits::default();
    limits.set(LimitName::CompileMemory, 96 << 20);
    let error = place.sandbox.prepare(&source, &limits).unwrap_err();
    let starved = matches!(error, PrepareError::Limit { limit: LimitName::CompileMemory, .. });
    assert!(starved, "{error}");
}

/// The root directory of a process, as the kernel says.
#[cfg(target_os = "linux")]
fn roots_of_children() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let children = tasks.flat_map(|task| {
        let listed = std::fs::read_to_string(task.unwrap().path().join("children"));
        let listed = listed.unwrap_or_default();
        listed.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    });
    let root = |child| std::fs::read_link(format!("/proc/{child}/root")).ok();
    children.filter_map(root).map(|root| root.to_string_lossy().into_owned()).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn modules_are_compiled_where_there_are_no_files() {
    let cache = tempfile::tempdir().unwrap();
    let place = Place::with(|settings| settings.cache_dir = cache.path().join("cache"));
    if !place.sandbox.machine_walls().own_root {
        eprintln!("NOTICE: no root of a worker's own on this machine; nothing is shown");
        return;
    }
    let wanted = cache.path().canonicalize().unwrap().join("cache/root-");
    let wanted = wanted.to_string_lossy();
    let is_empty_root = |root: &String| root.starts_with(&*wanted) && root.ends_with(" (deleted)");
    let bomb = compile_bomb();
    let mut limits = Limits::default();
    limits.set(LimitName::CompileTime, 5_000);
    std::thread::scope(|scope| {
        let compiling = scope.spawn(|| {
            let source = ModuleSource { name: "bomb.wat", bytes: bomb.as_bytes() };
            let _ = place.sandbox.prepare(&source, &limits);
        });
        let mut seen = false;
        while !seen && !compiling.is_finished() {
            seen = roots_of_children().iter().any(is_empty_root);
            std::thread::sleep(Duration::from_millis(1));
        }
        assert!(seen, "no worker had an empty folder as its root");
    });
}
