//! How much memory a reader may take, counted by the allocator.

use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// What a reader may take at most at any one time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    /// Whatever the input: buffers, tables.
    pub(crate) fixed_bytes: usize,
    /// For each byte of the input.
    pub(crate) per_input_byte: usize,
}

/// Runs `subject`, which must stay within its budget.
pub(crate) fn within<T>(budget: Budget, input_bytes: usize, subject: impl FnOnce() -> T) -> T {
    ALLOCATOR.reset_peak_usage();
    let before = ALLOCATOR.current_usage();
    let result = subject();
    let taken = ALLOCATOR.peak_usage().saturating_sub(before);
    let allowed = budget.fixed_bytes + budget.per_input_byte * input_bytes;
    assert!(taken <= allowed, "{taken} bytes of memory taken for {input_bytes} bytes of input");
    result
}
