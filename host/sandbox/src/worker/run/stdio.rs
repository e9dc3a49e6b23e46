//! The standard streams of a hook: what it prints goes to the supervisor at once.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use cofferdam_worker_protocol::FromWorker;
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamError, StreamResult};

use crate::OutputStream as Stream;
use crate::worker::channel::Outbox;

/// How much may be printed in one call. The engine's adapter prints blocks of 4 KiB.
const MAX_WRITE_BYTES: usize = 64 * 1024;

/// Standard output or standard error.
#[derive(Clone)]
pub(super) struct Printer {
    stream: Stream,
    outbox: Outbox,
}

impl Printer {
    /// A printer to the supervisor.
    pub(super) fn new(stream: Stream, outbox: Outbox) -> Self {
        Self { stream, outbox }
    }

    fn print(&self, bytes: &[u8]) -> StreamResult<()> {
        for block in bytes.chunks(MAX_WRITE_BYTES) {
            let message = match self.stream {
                Stream::Stdout => FromWorker::Stdout(block.to_vec()),
                Stream::Stderr => FromWorker::Stderr(block.to_vec()),
            };
            self.outbox.send(&message).map_err(|error| StreamError::Trap(error.into()))?;
        }
        Ok(())
    }
}

impl IsTerminal for Printer {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Printer {
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }

    /// For WASI 0.3, which is not offered.
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }
}

#[wasmtime_wasi::async_trait]
impl OutputStream for Printer {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.print(&bytes)
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(MAX_WRITE_BYTES)
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Printer {
    async fn ready(&mut self) {}
}

impl AsyncWrite for Printer {
    fn poll_write(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Poll::Ready(self.print(bytes).map(|()| bytes.len()).map_err(std::io::Error::other))
    }

    fn poll_flush(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
