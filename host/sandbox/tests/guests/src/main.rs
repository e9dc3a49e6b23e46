//! One guest for all tests: the first argument says which property it shows.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::time::{Duration, Instant, SystemTime};

use cofferdam_sdk::{artifact, explain_failure, facts, fail, log, output, progress, variables};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_default();
    let argument = arguments.next().unwrap_or_default();
    match what.as_str() {
        "nothing" => {}
        "exit" => std::process::exit(argument.parse().expect("a number")),
        "fail" => fail(argument),
        "explain" => {
            explain_failure(argument);
            std::process::exit(9);
        }
        "panic" => panic!("{argument}"),
        "environment" => environment(),
        "print" => print!("{argument}"),
        "streams" => {
            println!("to stdout");
            eprintln!("to stderr");
        }
        "spin" => loop {
            std::hint::black_box(0);
        },
        "sleep" => std::thread::sleep(Duration::from_secs(3600)),
        "wait-for-a-pollable" => wait_for_a_pollable(),
        "allocate" => allocate(),
        "recurse" => println!("{}", recurse(1)),
        "flood-bytes" => loop {
            print!("{}", "x".repeat(1000));
        },
        "flood-lines" => loop {
            println!();
        },
        "long-line" => println!("{}", "x".repeat(argument.parse().expect("a number"))),
        "fill-disk" => fill_disk(),
        "many-files" => (0..).for_each(|n| fs::write(format!("f{n}"), "").expect("a file")),
        "many-folders" => (0..).for_each(|n| fs::create_dir(format!("d{n}")).expect("a folder")),
        "grow" => File::create("sparse").and_then(|f| f.set_len(1 << 40)).expect("a file"),
        "write-far-out" => write_far_out(),
        "deep-path" => {
            fs::create_dir_all("a/".repeat(argument.parse().expect("a number"))).expect("folders")
        }
        "hold-files" => hold_files(),
        "links" => links(),
        "read-outside" => read_outside(),
        "files" => files(),
        "talk" => talk(),
        "outputs" => (0..).for_each(|n| output::set(format!("n{n}"), "v")),
        "long-output" => output::set("long", "x".repeat(argument.parse().expect("a number"))),
        "artifacts" => (0..).for_each(|n| artifact::create("file", format!("n{n}"))),
        "call-the-host" => loop {
            std::hint::black_box(Instant::now());
        },
        "clock-and-random" => clock_and_random(),
        "read-folder" => print!("{}", fs::read_to_string(argument).expect("a file")),
        "write-folder" => match fs::write(argument, "written") {
            Ok(()) => println!("written"),
            Err(error) => println!("{error}"),
        },
        other => fail(format!("there is no property `{other}`")),
    }
}

fn environment() {
    let mut all: Vec<_> = std::env::vars().collect();
    all.sort();
    for (name, value) in all {
        println!("{name}={value}");
    }
}

fn allocate() {
    let mut kept = Vec::new();
    loop {
        kept.push(vec![1_u8; 1024 * 1024]);
        std::hint::black_box(&kept);
    }
}

fn recurse(depth: u64) -> u64 {
    let here = std::hint::black_box([depth; 64]);
    if depth == u64::MAX { depth } else { recurse(depth + 1) + here[7] }
}

fn fill_disk() {
    let mut file = File::create("big").expect("a file");
    let block = vec![7; 64 * 1024];
    loop {
        file.write_all(&block).expect("space");
    }
}

fn write_far_out() {
    let mut file = File::create("holes").expect("a file");
    file.seek(SeekFrom::Start(1 << 40)).expect("a position");
    file.write_all(b"x").expect("space");
}

fn hold_files() {
    let mut held = Vec::new();
    loop {
        held.push(File::create("held").expect("a file"));
    }
}

#[expect(deprecated, reason = "the only stable way to make a symbolic link on WASI")]
fn links() {
    fs::write("file", "inside").expect("a file");
    for (name, target) in [("in", "file"), ("out", "../outside"), ("absolute", "/etc/passwd")] {
        match fs::soft_link(target, name) {
            Ok(()) => println!("{name}: {}", fs::read_to_string(name).expect("the file")),
            Err(error) => println!("{name}: refused: {}", error.kind()),
        }
    }
}

fn read_outside() {
    for path in
        ["/etc/passwd", "../outside", "a/../../outside", "/../outside", "/proc/self/environ"]
    {
        match fs::read_to_string(path) {
            Ok(text) => println!("{path}: READ {text}"),
            Err(_) => println!("{path}: refused"),
        }
    }
}

fn files() {
    fs::create_dir("folder").expect("a folder");
    fs::write("folder/a", "one").expect("a file");
    fs::rename("folder/a", "folder/b").expect("renaming");
    let mut file = fs::OpenOptions::new().append(true).open("folder/b").expect("opening");
    file.write_all(b" two").expect("appending");
    drop(file);
    let mut text = String::new();
    File::open("folder/b").and_then(|mut f| f.read_to_string(&mut text)).expect("reading");
    let names: Vec<_> = fs::read_dir("folder")
        .expect("listing")
        .map(|e| e.expect("an entry").file_name())
        .collect();
    println!("{text} {names:?} {}", fs::metadata("folder/b").expect("metadata").len());
    fs::write("big", vec![1; 300_000]).expect("a large file");
    println!("{}", fs::read("big").expect("a large file").len());
    fs::remove_file("big").expect("removing");
}

fn talk() {
    let facts = facts::get();
    println!("{} {}", facts.stage.expect("a stage"), facts.package_id.expect("a package"));
    println!("{}", variables::require("octopus.environment.name").expect("a variable"));
    println!("{}", variables::get("Missing").is_none());
    for definition in variables::definitions() {
        let value = definition.value.unwrap_or("null".to_owned());
        println!("{}={value} {} {}", definition.name, definition.sensitive, definition.literal);
    }
    log::warning("careful");
    log::verbose("details");
    println!("plain");
    progress::report(40, "nearly half");
    output::set("Url", "http://x/?a=]b");
    output::set_sensitive("Token", "t0ken");
    artifact::create("notes.txt", "Release notes");
    log::mask("s3cret");
}

fn clock_and_random() {
    let random = std::collections::hash_map::RandomState::new();
    let number = std::hash::BuildHasher::hash_one(&random, 1);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    println!("{} {number}", now.as_secs());
}

/// Sleeping in a component waits for a pollable, and several at once need the runtime's timer.
fn wait_for_a_pollable() {
    let start = Instant::now();
    std::thread::sleep(Duration::from_millis(20));
    println!("{}", start.elapsed() > Duration::ZERO);
}
