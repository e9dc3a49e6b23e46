//! Secrets: reading what was not granted, and printing what was.
//!
//! The runner defines `Granted.Secret` (sensitive, granted), `Withheld.Secret` (sensitive, not
//! granted) and `Plain`.

use std::env;
use std::io::Write;

use crate::output::base64;
use crate::{Attack, Ending};

pub(crate) const ATTACKS: &[Attack] = &[
    ("read-withheld-variable", read_withheld_variable),
    ("probe-the-environment", probe_the_environment),
    ("ask-a-template-for-a-secret", ask_a_template_for_a_secret),
    ("print-secret", print_secret),
    ("print-secret-in-pieces", print_secret_in_pieces),
    ("print-secret-as-base64", print_secret_as_base64),
    ("print-secret-as-url", print_secret_as_url),
    ("hand-out-secret-as-output", hand_out_secret_as_output),
];

fn granted() -> String {
    env::var("Granted.Secret").unwrap_or_default()
}

fn read_withheld_variable() -> Ending {
    match env::var("Withheld.Secret") {
        Ok(value) => Ending::Escaped(format!("it has {} characters", value.len())),
        Err(error) => Ending::Held(error.to_string()),
    }
}

fn probe_the_environment() -> Ending {
    for name in [
        "PATH",
        "HOME",
        "USER",
        "PWD",
        "SSH_AUTH_SOCK",
        "HOSTNAME",
        "LD_PRELOAD",
        "COFFERDAM_PROBE",
    ] {
        if let Ok(value) = env::var(name) {
            return Ending::Escaped(format!("{name} has {} characters", value.len()));
        }
    }
    Ending::Held("nothing of the host's environment is there".into())
}

fn ask_a_template_for_a_secret() -> Ending {
    println!(
        "##octopus[setVariable name='{}' value='{}']",
        base64("Stolen"),
        base64("#{Withheld.Secret}")
    );
    Ending::Held("an output variable asks for it; nobody may evaluate that".into())
}

fn print_secret() -> Ending {
    println!("the secret is {}", granted());
    eprintln!("the secret is {}", granted());
    Ending::Held("printed; it must be masked".into())
}

fn print_secret_in_pieces() -> Ending {
    let secret = granted();
    let (first, second) = secret.split_at(secret.len() / 2);
    let mut out = std::io::stdout();
    let _ = out.write_all(b"the secret is ").and_then(|()| out.flush());
    let _ = out.write_all(first.as_bytes()).and_then(|()| out.flush());
    let _ = out.write_all(second.as_bytes()).and_then(|()| out.flush());
    let _ = out.write_all(b"\n");
    Ending::Held("printed; it must be masked".into())
}

fn print_secret_as_base64() -> Ending {
    println!("{}", base64(&granted()));
    Ending::Held("printed; it must be masked".into())
}

fn print_secret_as_url() -> Ending {
    let encoded: String = granted()
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect();
    println!("{encoded}");
    Ending::Held("printed; it must be masked".into())
}

fn hand_out_secret_as_output() -> Ending {
    println!("##octopus[setVariable name='{}' value='{}']", base64("Leaked"), base64(&granted()));
    Ending::Held("an output variable holds it; it must be masked wherever it is shown".into())
}
