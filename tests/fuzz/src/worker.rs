//! What comes from a worker: messages of the protocol, and what a hook prints.

use cofferdam_worker_protocol::{
    Found, FrameBuffer, FromWorker, MAX_FROM_WORKER_FRAME_BYTES, StdoutReader, encode,
};

use crate::memory::{Budget, within};

/// A message of two bytes can stand for a list whose entries take some dozen each.
const MESSAGES_BUDGET: Budget = Budget { fixed_bytes: 2 << 20, per_input_byte: 256 };

/// Lines and messages are kept up to their limits, which are small in a fuzzed run.
const OUTPUT_BUDGET: Budget = Budget { fixed_bytes: 256 << 10, per_input_byte: 64 };

/// The limits of a fuzzed run: small, so that short inputs reach them.
const MAX_LINE_BYTES: usize = 256;
const MAX_MESSAGE_BYTES: usize = 1024;

/// Bytes as the stream that a worker sends: what is decoded can be encoded to the same.
pub fn messages(bytes: &[u8]) {
    within(MESSAGES_BUDGET, bytes.len(), || {
        let mut buffer = FrameBuffer::new(MAX_FROM_WORKER_FRAME_BYTES);
        buffer.extend(bytes);
        while let Ok(Some(message)) = buffer.take::<FromWorker>() {
            let mut again = FrameBuffer::new(MAX_FROM_WORKER_FRAME_BYTES);
            match encode(&message, MAX_FROM_WORKER_FRAME_BYTES) {
                Ok(frame) => again.extend(&frame),
                Err(error) => panic!("{message:?} cannot be encoded: {error}"),
            }
            assert_eq!(again.take::<FromWorker>(), Ok(Some(message)));
        }
    });
}

/// Bytes as what a hook prints; the first one says how they are cut. The same is found however that
/// is, and no more of it than was printed.
pub fn service_messages(bytes: &[u8]) {
    within(OUTPUT_BUDGET, bytes.len(), || {
        let whole = printed(bytes, bytes.len().max(1));
        let cut = printed(bytes, bytes.first().map_or(1, |first| usize::from(*first) + 1));
        assert_eq!(whole, cut);
        assert!(whole.len() <= bytes.len() + 1);
        for found in &whole {
            if let Found::Line { text, .. } = found {
                // A byte that is not UTF-8 becomes a character of three.
                assert!(text.len() <= MAX_LINE_BYTES * 3 && !text.contains('\n'), "{text:?}");
            }
        }
    });
}

/// What a run finds in output that arrives in parts.
fn printed(bytes: &[u8], part_bytes: usize) -> Vec<Found> {
    let mut all = Vec::new();
    let mut reader = StdoutReader::new(MAX_LINE_BYTES, MAX_MESSAGE_BYTES);
    for part in bytes.chunks(part_bytes) {
        reader.read(part, &mut |found| all.push(found));
    }
    reader.finish(&mut |found| all.push(found));
    all
}
