//! What a hook costs from start to finish: a cached no-op hook in a fresh worker behind both
//! walls, next to the programs that people run hooks with today.
//!
//! Rounds take every variant in turn, so that all see the same load of the machine; what counts is
//! the ratio to `bash -c true` of the same round. Processor time is that of the children, as the
//! kernel says.
//!
//! ```text
//! cargo bench -p cofferdam-sandbox
//! ROUNDS=100 WORKER=target/x86_64-unknown-linux-gnu/release/cofferdam-sandbox-worker \
//!     cargo bench -p cofferdam-sandbox
//! ```
//!
//! With the cargo feature `test-switches`, also in the worker, the hook runs without each wall in
//! turn as well: the difference is what the wall costs. Run by root, a root of the worker's own is a
//! call; run by anybody else, it is a user namespace.
#![expect(clippy::expect_used, reason = "a benchmark that cannot measure says so and stops")]

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cofferdam_capability::{Grant, GrantTerms, Limits};
use cofferdam_sandbox::{Enclosure, Inputs, Module, ModuleSource, Sandbox, SandboxSettings};

/// A module that does nothing, and one that prints a line.
const NOTHING: &str = r#"(module (func (export "_start")))"#;
const A_LINE: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write"
        (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\10\00\00\00\06\00\00\00")
    (data (i32.const 16) "hello\n")
    (func (export "_start")
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#;

/// The programs to compare with; those that are missing are left out.
const PEERS: &[(&str, &[&str])] = &[
    ("bash -c true", &["bash", "-c", "true"]),
    ("bwrap --ro-bind / / true", &["bwrap", "--ro-bind", "/", "/", "true"]),
    ("python3 -c pass", &["python3", "-c", "pass"]),
    ("node -e 0", &["node", "-e", "0"]),
];

/// How often every variant runs.
const DEFAULT_ROUNDS: usize = 25;

struct Variant<'a> {
    name: String,
    run: Box<dyn Fn() + 'a>,
    wall: Vec<Duration>,
    cpu: Vec<Duration>,
}

fn main() {
    let rounds =
        std::env::var("ROUNDS").ok().and_then(|r| r.parse().ok()).unwrap_or(DEFAULT_ROUNDS);
    let root = tempfile::tempdir().expect("a folder");
    let worker = std::env::var_os("WORKER").map_or_else(
        || PathBuf::from(env!("CARGO_BIN_EXE_cofferdam-sandbox-worker")),
        PathBuf::from,
    );
    let mut settings = SandboxSettings::new(root.path().join("cache"));
    settings.worker_program = Some(worker);
    let sandbox = Sandbox::new(settings.clone()).expect("a sandbox");
    std::fs::create_dir(root.path().join("enclosure")).expect("a folder");
    let enclosure = Enclosure::open(root.path().join("enclosure")).expect("an enclosure");
    let grant = Grant::issue(GrantTerms::default(), Vec::new());
    let mut modules = vec![
        ("hook: nothing".to_owned(), prepare(&sandbox, NOTHING.as_bytes())),
        ("hook: a line".to_owned(), prepare(&sandbox, A_LINE.as_bytes())),
    ];
    for path in std::env::args().skip(1).filter(|argument| argument.ends_with(".wasm")) {
        let bytes = std::fs::read(&path).expect("a module");
        modules.push((format!("hook: {path}"), prepare(&sandbox, &bytes)));
    }
    let mut variants: Vec<Variant<'_>> = PEERS.iter().filter_map(program).collect();
    for (name, module) in &modules {
        let (sandbox, enclosure, grant) = (&sandbox, &enclosure, &grant);
        variants.push(Variant::new(name.clone(), move || run(sandbox, module, enclosure, grant)));
    }
    let (_, nothing) = &modules[0];
    for (name, sandbox) in without_walls(&settings) {
        let (enclosure, grant) = (&enclosure, &grant);
        let hook = move || run(&sandbox, nothing, enclosure, grant);
        variants.push(Variant::new(format!("hook: nothing, {name}"), hook));
    }
    // The first round fills caches.
    for round in 0..=rounds {
        for variant in &mut variants {
            variant.measure(round > 0);
        }
    }
    report(&variants);
}

fn run(sandbox: &Sandbox, module: &Module, enclosure: &Enclosure, grant: &Grant) {
    let inputs = Inputs { arguments: vec!["nothing".to_owned()], ..Inputs::default() };
    sandbox.run(module, enclosure, grant, inputs, &mut |_| {}).expect("a hook that works");
}

/// Sandboxes that leave walls out, and which.
#[cfg(feature = "test-switches")]
fn without_walls(settings: &SandboxSettings) -> Vec<(&'static str, Sandbox)> {
    use cofferdam_sandbox::TestSwitches;

    let none = TestSwitches::default();
    let all = TestSwitches {
        without_own_root: true,
        without_landlock: true,
        without_seccomp: true,
        ..none
    };
    [
        ("no own root", TestSwitches { without_own_root: true, ..none }),
        ("no Landlock", TestSwitches { without_landlock: true, ..none }),
        ("no system call filter", TestSwitches { without_seccomp: true, ..none }),
        ("none of the three", all),
    ]
    .map(|(name, test_switches)| {
        let settings = SandboxSettings { test_switches, ..settings.clone() };
        (name, Sandbox::new(settings).expect("a sandbox"))
    })
    .into()
}

#[cfg(not(feature = "test-switches"))]
fn without_walls(_settings: &SandboxSettings) -> Vec<(&'static str, Sandbox)> {
    Vec::new()
}

fn prepare(sandbox: &Sandbox, bytes: &[u8]) -> Module {
    let source = ModuleSource { name: "bench", bytes };
    sandbox.prepare(&source, &Limits::default()).expect("a module")
}

fn program<'a>((name, command): &(&str, &'a [&'a str])) -> Option<Variant<'a>> {
    let (program, arguments) = command.split_first()?;
    let run = move || {
        Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
    };
    let works = run().is_ok_and(|status| status.success());
    works.then(|| Variant::new((*name).to_owned(), move || drop(run())))
}

impl<'a> Variant<'a> {
    fn new(name: String, run: impl Fn() + 'a) -> Self {
        Self { name, run: Box::new(run), wall: Vec::new(), cpu: Vec::new() }
    }

    fn measure(&mut self, counts: bool) {
        let (start, cpu) = (Instant::now(), children_time());
        (self.run)();
        let (wall, cpu) = (start.elapsed(), children_time().saturating_sub(cpu));
        if counts {
            self.wall.push(wall);
            self.cpu.push(cpu);
        }
    }
}

fn report(variants: &[Variant<'_>]) {
    let Some(base) = variants.first() else { return };
    println!("{:<36} {:>9} {:>9} {:>7} {:>7}", "", "wall ms", "cpu ms", "wall x", "cpu x");
    for variant in variants {
        println!(
            "{:<36} {:>9.2} {:>9.2} {:>7.2} {:>7.2}",
            variant.name,
            milliseconds(&variant.wall),
            milliseconds(&variant.cpu),
            ratio(&variant.wall, &base.wall),
            ratio(&variant.cpu, &base.cpu),
        );
    }
}

fn milliseconds(times: &[Duration]) -> f64 {
    median(times.iter().map(|time| time.as_secs_f64() * 1000.0).collect())
}

/// The median of the ratios of the rounds.
fn ratio(times: &[Duration], base: &[Duration]) -> f64 {
    median(times.iter().zip(base).map(|(t, b)| t.as_secs_f64() / b.as_secs_f64()).collect())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The processor time of all children that have ended.
fn children_time() -> Duration {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    #[expect(unsafe_code, reason = "the standard library does not say what children took")]
    // SAFETY: the pointer is valid, and zeroes are a valid value.
    let usage = unsafe {
        libc::getrusage(libc::RUSAGE_CHILDREN, usage.as_mut_ptr());
        usage.assume_init()
    };
    let duration = |time: libc::timeval| {
        Duration::new(time.tv_sec.cast_unsigned(), u32::try_from(time.tv_usec).unwrap_or(0) * 1000)
    };
    duration(usage.ru_utime) + duration(usage.ru_stime)
}
