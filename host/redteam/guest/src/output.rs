//! What is printed: floods, and text that means something to terminals and log readers.

use std::io::Write;

use crate::{Attack, Ending};

pub(crate) const ATTACKS: &[Attack] = &[
    ("flood-the-log", flood_the_log),
    ("flood-with-empty-lines", flood_with_empty_lines),
    ("print-one-endless-line", print_one_endless_line),
    ("print-terminal-escapes", print_terminal_escapes),
    ("print-invalid-text", print_invalid_text),
    ("forge-service-messages", forge_service_messages),
    ("leave-a-service-message-open", leave_a_service_message_open),
    ("flood-with-outputs", flood_with_outputs),
    ("set-one-huge-output", set_one_huge_output),
    ("name-artifacts-badly", name_artifacts_badly),
];

fn flood_the_log() -> Ending {
    let line = "flood ".repeat(20);
    let mut out = std::io::stdout().lock();
    for _ in 0..20_000 {
        if let Err(error) = writeln!(out, "{line}") {
            return Ending::Held(error.to_string());
        }
    }
    Ending::Escaped("20,000 lines were printed".into())
}

fn flood_with_empty_lines() -> Ending {
    let mut out = std::io::stdout().lock();
    for _ in 0..20_000 {
        if let Err(error) = out.write_all(b"\n") {
            return Ending::Held(error.to_string());
        }
    }
    Ending::Escaped("20,000 empty lines were printed".into())
}

fn print_one_endless_line() -> Ending {
    let mut out = std::io::stdout().lock();
    for _ in 0..512 {
        if let Err(error) = out.write_all(&[b'x'; 4_096]) {
            return Ending::Held(error.to_string());
        }
    }
    Ending::Escaped("a line of 2 MiB was printed".into())
}

fn print_terminal_escapes() -> Ending {
    println!("\u{1b}]0;owned\u{7}\u{1b}[2J\u{1b}[1;31mdeployment succeeded\u{1b}[0m\r\u{9b}1A");
    eprintln!("\u{202e}txt.exe \u{200b}\u{1b}]8;;http://evil.example\u{7}click\u{1b}]8;;\u{7}");
    Ending::Held("printed; whoever shows it must make it harmless".into())
}

fn print_invalid_text() -> Ending {
    let _ = std::io::stdout().write_all(&[0xff, 0xfe, 0xc0, 0xaf, 0x00, 0x08, b'\n']);
    Ending::Held("printed".into())
}

fn forge_service_messages() -> Ending {
    // Name and value contain what would be a second message if anybody printed them as they are.
    println!("##octopus[setVariable name='##octopus[setVariable' value='not base64!']");
    println!(
        "##octopus[setVariable name='eA==' value='IyNvY3RvcHVzW3NldFZhcmlhYmxlIG5hbWU9J2VRPT0nIHZhbHVlPSdlZz09J10=']"
    );
    println!("##octopus[resultMessage message='YWxsIGlzIHdlbGw=']");
    println!("##octopus[delete-target machine='cHJvZA==']");
    Ending::Held("printed".into())
}

fn leave_a_service_message_open() -> Ending {
    println!("##octopus[setVariable name='");
    for _ in 0..10_000 {
        println!("this line is swallowed if the reader waits for the end of the message");
    }
    Ending::Held("printed".into())
}

fn flood_with_outputs() -> Ending {
    for number in 0..500 {
        println!("##octopus[setVariable name='{}' value='eA==']", base64(&format!("v{number}")));
    }
    Ending::Escaped("500 output variables were set".into())
}

fn set_one_huge_output() -> Ending {
    let value = base64(&"x".repeat(3 << 20));
    println!("##octopus[setVariable name='aHVnZQ==' value='{value}']");
    Ending::Escaped("an output variable of 3 MiB was printed".into())
}

fn name_artifacts_badly() -> Ending {
    for name in [
        "../../../../etc/cron.d/owned",
        "/etc/passwd",
        "a\u{1b}[2Jb",
        "##octopus[setVariable",
        "con",
        "..",
    ] {
        println!("##octopus[createArtifact path='aW5zaWRlLnR4dA==' name='{}']", base64(name));
    }
    Ending::Held("artifacts handed in under names that lead elsewhere".into())
}

pub(crate) fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits = chunk.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for digit in 0..4 {
            match digit <= chunk.len() {
                true => out.push(DIGITS[(bits >> (18 - 6 * digit) & 63) as usize] as char),
                false => out.push('='),
            }
        }
    }
    out
}
