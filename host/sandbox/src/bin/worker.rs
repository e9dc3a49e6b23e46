//! A program that is nothing but a worker, for the tests and benchmarks of this crate.

fn main() {
    cofferdam_sandbox::run_if_worker();
    eprintln!("this program is started by the sandbox; it does nothing on its own");
    std::process::exit(2);
}
