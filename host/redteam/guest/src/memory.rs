//! Memory: the heap and the stack.

use std::hint::black_box;

use crate::{Attack, Ending};

pub(crate) const ATTACKS: &[Attack] =
    &[("take-all-memory", take_all_memory), ("recurse-for-ever", recurse_for_ever)];

fn take_all_memory() -> Ending {
    let mut held: Vec<Vec<u8>> = Vec::new();
    loop {
        let mut block = Vec::new();
        if let Err(error) = block.try_reserve_exact(1 << 20) {
            return Ending::Held(format!("after {} MiB: {error}", held.len()));
        }
        block.resize(1 << 20, 1);
        held.push(black_box(block));
        if held.len() > 256 {
            return Ending::Escaped(format!("{} MiB are taken", held.len()));
        }
    }
}

fn recurse_for_ever() -> Ending {
    /// Deeper than the stack that the attack is run with, and less than the machine's.
    const DEEP: u64 = 20_000;
    fn deeper(number: u64) -> u64 {
        if number == DEEP { 0 } else { black_box(deeper(black_box(number + 1)) + 1) }
    }
    Ending::Escaped(format!("came back from {} calls", deeper(0)))
}
