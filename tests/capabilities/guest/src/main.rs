//! A hook that asks: every line of `ask.txt` is one question, and one line is printed for each.

#[cfg(target_env = "p2")]
mod actions;
#[cfg(target_env = "p2")]
mod http;

use std::fmt::Display;
use std::fs;
use std::io::Write;
use std::time::{Duration, Instant, SystemTime};

fn main() {
    let questions = fs::read_to_string("ask.txt").expect("the questions");
    for question in questions.lines() {
        let mut words = question.splitn(3, ' ');
        let mut word = || words.next().unwrap_or_default();
        let (what, about, more) = (word(), word(), word());
        println!("{question} -> {}", answer(what, about, more));
    }
}

fn answer(what: &str, about: &str, more: &str) -> String {
    match what {
        "variable" => std::env::var(about).unwrap_or_else(|_| "nothing".to_owned()),
        "names" => {
            let mut names: Vec<String> = std::env::vars().map(|(name, _)| name).collect();
            names.sort();
            names.join(" ")
        }
        "read" => said(fs::read_to_string(about)),
        "write" => said(fs::write(about, more).map(|()| "done")),
        "append" => {
            let file = fs::OpenOptions::new().append(true).open(about);
            said(file.and_then(|mut file| file.write_all(more.as_bytes())).map(|()| "done"))
        }
        "remove" => said(fs::remove_file(about).map(|()| "done")),
        "rename" => said(fs::rename(about, more).map(|()| "done")),
        "hardlink" => said(fs::hard_link(about, more).map(|()| "done")),
        "folder" => said(fs::create_dir(about).map(|()| "done")),
        "list" => said(fs::read_dir(about).map(|entries| {
            let mut names: Vec<String> = entries
                .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
                .collect();
            names.sort();
            names.join(" ")
        })),
        "time" => {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
            now.map_or("before 1970".to_owned(), |now| now.as_secs().to_string())
        }
        // What the clock says has passed, in milliseconds, while this much was slept.
        "sleep" => {
            let start = Instant::now();
            std::thread::sleep(Duration::from_millis(about.parse().unwrap_or_default()));
            start.elapsed().as_millis().to_string()
        }
        // How long a busy loop of a fixed length seems to take, in milliseconds.
        "spin" => {
            let start = Instant::now();
            for step in 0..100_000_000_u64 {
                std::hint::black_box(step);
            }
            start.elapsed().as_millis().to_string()
        }
        "file-time" => said(fs::write(about, "x").and_then(|()| {
            let time = fs::metadata(about)?.modified()?;
            let time = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            Ok(time.as_secs())
        })),
        "random" => {
            let state = std::collections::hash_map::RandomState::new();
            std::hash::BuildHasher::hash_one(&state, 1).to_string()
        }
        // Where things are, and what was in memory before: would differ if anything shone through.
        "addresses" => {
            let heap = Box::new(0_u8);
            let stack = 0_u8;
            let code: fn(&str, &str, &str) -> String = answer;
            format!("{:p} {:p} {code:p}", &raw const *heap, &raw const stack)
        }
        "connect" => said(std::net::TcpStream::connect(about).map(|_| "connected")),
        "listen" => said(std::net::TcpListener::bind(about).map(|_| "listening")),
        "datagram" => said(std::net::UdpSocket::bind(about).map(|_| "bound")),
        #[cfg(target_env = "p2")]
        "http" => http::request(about, more),
        #[cfg(target_env = "p2")]
        "post-secret" => {
            let secret = std::env::var(more).unwrap_or_default();
            http::send("POST", &format!("{about}?token={secret}"), secret.as_bytes())
        }
        #[cfg(target_env = "p2")]
        "post-bytes" => http::send("POST", about, &vec![b'x'; more.parse().unwrap_or_default()]),
        #[cfg(target_env = "p2")]
        "flood" => {
            (0..1000).for_each(|_| println!("{}", http::request("GET", about)));
            "done".to_owned()
        }
        #[cfg(target_env = "p2")]
        "action" => actions::request(about),
        other => format!("no question `{other}`"),
    }
}

fn said(result: std::io::Result<impl Display>) -> String {
    match result {
        Ok(answer) => answer.to_string(),
        Err(error) => format!("refused: {error}"),
    }
}
