//! The program as its users meet it: real packages, real hooks, real processes.

mod conventions;
mod documentation;
mod errors;
mod interruption;
mod output;
mod planning;
mod record;
mod target;
mod wat;
