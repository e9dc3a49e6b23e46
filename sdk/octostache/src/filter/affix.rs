//! `Append`, `Prepend`, and the questions about the beginning, the end and the middle.

use super::call::{Call, Outcome};

/// All options behind the argument, which may be missing.
pub(super) fn append(call: &Call<'_>) -> Outcome {
    Ok(joined(call).map(|options| format!("{}{options}", call.argument.unwrap_or_default())))
}

/// All options in front of the argument, which may be missing.
pub(super) fn prepend(call: &Call<'_>) -> Outcome {
    Ok(joined(call).map(|options| format!("{options}{}", call.argument.unwrap_or_default())))
}

fn joined(call: &Call<'_>) -> Option<String> {
    (!call.options.is_empty()).then(|| call.options.concat())
}

pub(super) fn starts_with(call: &Call<'_>) -> Outcome {
    Ok(call.with_one_option().map(|(text, part)| text.starts_with(part).to_string()))
}

pub(super) fn ends_with(call: &Call<'_>) -> Outcome {
    Ok(call.with_one_option().map(|(text, part)| text.ends_with(part).to_string()))
}

pub(super) fn contains(call: &Call<'_>) -> Outcome {
    Ok(call.with_one_option().map(|(text, part)| text.contains(part).to_string()))
}
