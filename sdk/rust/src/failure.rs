//! Failing with a reason.

/// Ends the hook as failed, with a reason that people see. The exit code is 1.
pub fn fail(reason: impl std::fmt::Display) -> ! {
    explain_failure(reason);
    std::process::exit(1)
}

/// Says why the hook is going to fail, for a program that ends itself later, with whatever exit
/// code. When it ends with 0 the reason is of no consequence.
pub fn explain_failure(reason: impl std::fmt::Display) {
    crate::channel::explain_failure(&reason.to_string());
}
