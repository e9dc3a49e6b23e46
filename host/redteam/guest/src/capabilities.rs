//! Things that nobody granted: the network, the real clock, real randomness, other processes.

use std::net::{TcpListener, TcpStream, UdpSocket};
use std::time::{Duration, SystemTime};

use crate::{Attack, Ending, all_held, must_fail};

pub(crate) const ATTACKS: &[Attack] = &[
    ("connect-to-a-socket", connect_to_a_socket),
    ("listen-on-a-socket", listen_on_a_socket),
    ("look-up-a-name", look_up_a_name),
    ("read-the-real-clock", read_the_real_clock),
    ("read-real-randomness", read_real_randomness),
    ("start-a-process", start_a_process),
    ("start-a-thread", start_a_thread),
];

fn connect_to_a_socket() -> Ending {
    all_held(["127.0.0.1:22", "127.0.0.1:80", "169.254.169.254:80"].map(|address| {
        let parsed = match address.parse() {
            Ok(parsed) => parsed,
            Err(_) => return Ending::Held("bad address".into()),
        };
        must_fail(address, TcpStream::connect_timeout(&parsed, Duration::from_millis(200)), |_| {
            "connected".into()
        })
    }))
}

fn listen_on_a_socket() -> Ending {
    all_held([
        must_fail("TCP", TcpListener::bind("127.0.0.1:0"), |_| "listening".into()),
        must_fail("UDP", UdpSocket::bind("127.0.0.1:0"), |_| "bound".into()),
    ])
}

fn look_up_a_name() -> Ending {
    use std::net::ToSocketAddrs;
    must_fail("localhost", ("localhost", 80).to_socket_addrs(), |found| {
        format!("{} addresses", found.count())
    })
}

/// 2001-09-09: any clock that runs is past it, the fixed one is not.
const FIXED_CLOCKS_ARE_BEFORE: Duration = Duration::from_secs(1_000_000_000);

fn read_the_real_clock() -> Ending {
    match SystemTime::now().duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) if since > FIXED_CLOCKS_ARE_BEFORE => {
            Ending::Escaped(format!("it is {} s after 1970", since.as_secs()))
        }
        Ok(since) => Ending::Held(format!("the clock stands at {} s", since.as_secs())),
        Err(error) => Ending::Held(error.to_string()),
    }
}

/// The runner starts this twice: both must print the same.
fn read_real_randomness() -> Ending {
    use std::hash::{BuildHasher, Hasher, RandomState};
    Ending::Held(format!("{:016x}", RandomState::new().build_hasher().finish()))
}

fn start_a_process() -> Ending {
    must_fail("/bin/true", std::process::Command::new("/bin/true").spawn(), |_| "started".into())
}

fn start_a_thread() -> Ending {
    must_fail("a thread", std::thread::Builder::new().spawn(|| ()), |_| "started".into())
}
