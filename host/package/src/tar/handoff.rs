//! `Handoff`: a short queue of chunks from the thread that decodes to the one that writes.
//!
//! Not `std::sync::mpsc`: with its bounded channel, extraction on a busy machine took three times as long as GNU tar, and
//! about as long with this (load 17 on 2 cores, separate runs). Its yielding before it sleeps is the likely reason, which
//! was not isolated.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::fault::Fault;

/// Chunks that may wait: enough to ride out uneven files, 2 MiB in all.
const MAX_WAITING: usize = 8;

/// The queue. One thread has its [`Sender`], the other its [`Receiver`].
#[derive(Debug, Default)]
pub(crate) struct Handoff {
    state: Mutex<State>,
    has_chunk: Condvar,
    has_room: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Result<Vec<u8>, Fault>>,
    /// Buffers to be filled again.
    used: Vec<Vec<u8>>,
    is_closed: bool,
}

impl Handoff {
    /// Both ends. Whichever is dropped first, the other notices.
    pub(crate) fn ends(&self) -> (Sender<'_>, Receiver<'_>) {
        (Sender(self), Receiver(self))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self) {
        self.lock().is_closed = true;
        self.has_chunk.notify_one();
        self.has_room.notify_one();
    }
}

/// The decoding thread's end.
#[derive(Debug)]
pub(crate) struct Sender<'a>(&'a Handoff);

impl Sender<'_> {
    /// Waits for room and hands over; `false` if nobody will take it.
    pub(crate) fn send(&self, chunk: Result<Vec<u8>, Fault>) -> bool {
        let is_full = |state: &mut State| state.waiting.len() >= MAX_WAITING && !state.is_closed;
        let state = self.0.has_room.wait_while(self.0.lock(), is_full);
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        if state.is_closed {
            return false;
        }
        state.waiting.push_back(chunk);
        let was_empty = state.waiting.len() == 1;
        drop(state);
        if was_empty {
            self.0.has_chunk.notify_one();
        }
        true
    }

    /// A buffer that the other end is done with.
    pub(crate) fn used(&self) -> Option<Vec<u8>> {
        self.0.lock().used.pop()
    }
}

impl Drop for Sender<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// The writing thread's end.
#[derive(Debug)]
pub(crate) struct Receiver<'a>(&'a Handoff);

impl Receiver<'_> {
    /// Waits for the next chunk, giving back the buffer of the one before; `None` after the last.
    pub(crate) fn receive(&self, used: Vec<u8>) -> Option<Result<Vec<u8>, Fault>> {
        let mut state = self.0.lock();
        if used.capacity() > 0 {
            state.used.push(used);
        }
        let is_empty = |state: &mut State| state.waiting.is_empty() && !state.is_closed;
        let state = self.0.has_chunk.wait_while(state, is_empty);
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        let chunk = state.waiting.pop_front();
        // Not at the first free place: then both would sleep and wake for every chunk.
        let is_half_empty = state.waiting.len() == MAX_WAITING / 2;
        drop(state);
        if is_half_empty {
            self.0.has_room.notify_one();
        }
        chunk
    }
}

impl Drop for Receiver<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}
