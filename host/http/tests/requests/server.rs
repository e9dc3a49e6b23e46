//! Servers on the loopback address, each of which answers every connection in its own way.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A server; it goes on until the test ends.
pub(crate) struct Server {
    port: u16,
    received: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Answers with these bytes and closes the connection.
    pub(crate) fn answering(answer: Vec<u8>) -> Self {
        Self::with(move |stream| stream.write_all(&answer))
    }

    /// Answers with this beginning, and then with the same for ever.
    pub(crate) fn repeating(beginning: Vec<u8>, again: Vec<u8>) -> Self {
        Self::with(move |stream| {
            stream.write_all(&beginning)?;
            loop {
                stream.write_all(&again)?;
            }
        })
    }

    /// Answers with this beginning, and then with a byte at a time.
    pub(crate) fn dripping(beginning: Vec<u8>, pause: Duration) -> Self {
        Self::with(move |stream| {
            stream.write_all(&beginning)?;
            loop {
                thread::sleep(pause);
                stream.write_all(b"x")?;
            }
        })
    }

    /// Answers with this, and keeps the connection open.
    pub(crate) fn pausing(answer: Vec<u8>) -> Self {
        Self::with(move |stream| {
            stream.write_all(&answer)?;
            stream.read(&mut [0; 1]).map(drop)
        })
    }

    /// Does not answer.
    pub(crate) fn silent() -> Self {
        Self::pausing(Vec::new())
    }

    fn with(
        answer: impl Fn(&mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let received = Arc::new(Mutex::new(Vec::new()));
        let heard = received.clone();
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (heard, answer) = (heard.clone(), answer.clone());
                thread::spawn(move || {
                    let request = hear(&mut stream);
                    heard.lock().unwrap().push(request);
                    // A client that had enough closes the connection.
                    let _ = answer(&mut stream);
                });
            }
        });
        Self { port, received }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The requests, as they came.
    pub(crate) fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }
}

/// A port where nobody listens any more.
pub(crate) fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// One request: head and body, as far as they come before the connection pauses.
fn hear(stream: &mut TcpStream) -> String {
    stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let mut request = Vec::new();
    let mut block = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut block) {
        request.extend_from_slice(&block[..read]);
        if request.ends_with(b"the body") {
            break;
        }
    }
    stream.set_read_timeout(None).unwrap();
    String::from_utf8_lossy(&request).into_owned()
}
