//! Frames: a length and a value, cut out of a byte stream.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The size of the length in front of every frame.
const LENGTH_BYTES: usize = 4;

/// A stream of bytes that is not a stream of frames.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The length is more than is accepted.
    #[error("it sent a frame of {length} bytes, and {allowed} is the most")]
    TooLong {
        /// What was announced.
        length: usize,
        /// What is accepted.
        allowed: usize,
    },
    /// The content is not a value of the protocol.
    #[error("it sent a frame of {length} bytes that cannot be decoded")]
    Garbled {
        /// The frame's length.
        length: usize,
    },
}

/// Encodes one frame.
///
/// # Errors
/// When the value is longer than `allowed` bytes.
pub fn encode<T: Serialize>(value: &T, allowed: usize) -> Result<Vec<u8>, FrameError> {
    let mut frame = vec![0; LENGTH_BYTES];
    // Writing into a `Vec` cannot fail, nor can any of the protocol's types refuse to be written.
    frame = postcard::to_extend(value, frame).map_err(|_| FrameError::Garbled { length: 0 })?;
    let length = frame.len() - LENGTH_BYTES;
    match u32::try_from(length) {
        Ok(announced) if length <= allowed => {
            frame[..LENGTH_BYTES].copy_from_slice(&announced.to_le_bytes());
            Ok(frame)
        }
        _ => Err(FrameError::TooLong { length, allowed }),
    }
}

/// Bytes that have arrived, from which whole frames are taken.
#[derive(Debug)]
pub struct FrameBuffer {
    bytes: Vec<u8>,
    /// Where the first byte is that was not taken yet.
    start: usize,
    allowed: usize,
}

impl FrameBuffer {
    /// A buffer for frames of at most `allowed` bytes.
    pub fn new(allowed: usize) -> Self {
        Self { bytes: Vec::new(), start: 0, allowed }
    }

    /// Adds what arrived. Holds at most one frame more than was asked for by `take`, as long as
    /// the caller takes frames before adding more.
    pub fn extend(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Takes the next whole frame; `None` when it has not arrived yet.
    ///
    /// # Errors
    /// When the stream is not one of frames. It cannot be used any further then.
    pub fn take<T: DeserializeOwned>(&mut self) -> Result<Option<T>, FrameError> {
        let waiting = &self.bytes[self.start..];
        let Some((announced, rest)) = waiting.split_first_chunk::<LENGTH_BYTES>() else {
            return Ok(None);
        };
        let length = u32::from_le_bytes(*announced) as usize;
        if length > self.allowed {
            return Err(FrameError::TooLong { length, allowed: self.allowed });
        }
        let Some(payload) = rest.get(..length) else { return Ok(None) };
        match postcard::take_from_bytes(payload) {
            Ok((value, [])) => {
                self.start += LENGTH_BYTES + length;
                Ok(Some(value))
            }
            _ => Err(FrameError::Garbled { length }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{FromWorker, LogLevel, MAX_FROM_WORKER_FRAME_BYTES};

    fn some_messages() -> Vec<FromWorker> {
        vec![
            FromWorker::Stdout(b"a line\n".to_vec()),
            FromWorker::Log { level: LogLevel::Warning, message: "careful".into() },
            FromWorker::Output { name: "a".into(), value: "b".into(), sensitive: true },
        ]
    }

    #[test]
    fn frames_arrive_whole_however_they_are_cut() {
        let stream: Vec<u8> = some_messages()
            .iter()
            .flat_map(|message| encode(message, MAX_FROM_WORKER_FRAME_BYTES).unwrap())
            .collect();
        for size in 1..stream.len() {
            let mut buffer = FrameBuffer::new(MAX_FROM_WORKER_FRAME_BYTES);
            let mut arrived = Vec::new();
            for piece in stream.chunks(size) {
                buffer.extend(piece);
                while let Some(message) = buffer.take::<FromWorker>().unwrap() {
                    arrived.push(message);
                }
            }
            assert_eq!(arrived, some_messages(), "in pieces of {size}");
            assert_eq!(buffer.take::<FromWorker>(), Ok(None));
        }
    }

    #[test]
    fn a_long_frame_is_refused_before_it_arrives() {
        let mut buffer = FrameBuffer::new(10);
        buffer.extend(&11_u32.to_le_bytes());
        assert_eq!(
            buffer.take::<FromWorker>(),
            Err(FrameError::TooLong { length: 11, allowed: 10 })
        );
    }

    #[test]
    fn bytes_after_a_value_are_garbage() {
        let mut frame = encode(&some_messages()[0], 1000).unwrap();
        frame[0] += 1;
        frame.push(0);
        let mut buffer = FrameBuffer::new(1000);
        buffer.extend(&frame);
        assert!(matches!(buffer.take::<FromWorker>(), Err(FrameError::Garbled { .. })));
    }

    /// What was decoded is the same after it was encoded.
    fn decode_all(bytes: &[u8]) {
        let mut buffer = FrameBuffer::new(MAX_FROM_WORKER_FRAME_BYTES);
        buffer.extend(bytes);
        while let Ok(Some(message)) = buffer.take::<FromWorker>() {
            let mut again = FrameBuffer::new(MAX_FROM_WORKER_FRAME_BYTES);
            again.extend(&encode(&message, MAX_FROM_WORKER_FRAME_BYTES).unwrap());
            assert_eq!(again.take::<FromWorker>(), Ok(Some(message)));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_supervisor_panic(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
            decode_all(&bytes);
            // The same bytes as the content of a well-formed frame get further.
            let mut framed = u32::try_from(bytes.len()).unwrap().to_le_bytes().to_vec();
            framed.extend_from_slice(&bytes);
            decode_all(&framed);
        }
    }
}
