//! Carrying out attacks: several at a time, findings in the order of the attacks.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::{io, thread};

use cofferdam_capability::Limits;
use cofferdam_sandbox::ModuleSource;

use crate::guest::Kind;
use crate::machine::Machine;
use crate::{Attack, Finding};

/// Compiles what the attacks run, so that no attack pays for it or fails because of it.
///
/// # Errors
/// When a guest cannot be compiled: then no attack would say anything.
pub fn prepare(machine: &Machine) -> io::Result<()> {
    for kind in [Kind::Preview1, Kind::Component] {
        let source = ModuleSource { name: "hostile.wasm", bytes: kind.bytes() };
        machine.sandbox.prepare(&source, &Limits::default()).map_err(io::Error::other)?;
    }
    Ok(())
}

/// Carries out attacks, `jobs` at a time, and calls `each` with every finding in the order of the
/// attacks. Stops early when `each` says so by returning `false`.
pub fn carry_out(
    machine: &Machine,
    attacks: &[Attack],
    jobs: usize,
    mut each: impl FnMut(&Finding) -> bool,
) -> Vec<Finding> {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let sender = Mutex::new(sender);
    let mut findings: Vec<Option<Finding>> = vec![None; attacks.len()];
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            let sender = sender.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let next = &next;
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(attack) = attacks.get(index) else { break };
                    if sender.send((index, attack.carry_out(machine))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut shown = 0;
        for (index, finding) in receiver {
            findings[index] = Some(finding);
            while let Some(Some(finding)) = findings.get(shown) {
                shown += 1;
                if !each(finding) {
                    next.store(attacks.len(), Ordering::Relaxed);
                }
            }
        }
    });
    findings.into_iter().flatten().collect()
}
