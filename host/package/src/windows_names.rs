//! Names that mean something else on Windows: devices, alternate streams, aliases of other names.

use crate::{EntryName, Refusal};

/// Device names, which Windows finds in every folder and with every extension.
/// Source: "Naming Files, Paths, and Namespaces" in Microsoft's documentation.
const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

/// Device names that a digit follows.
const NUMBERED_DEVICES: [&str; 2] = ["COM", "LPT"];

/// Refuses a path component that Windows would not take literally.
pub(crate) fn refuse_special(component: &str) -> Result<(), Refusal> {
    let special = component.contains(':')
        || component.ends_with(['.', ' '])
        || is_device(component.split('.').next().unwrap_or_default().trim_end_matches(' '));
    if special {
        return Err(Refusal::WindowsName { component: EntryName::of(component.as_bytes()) });
    }
    Ok(())
}

fn is_device(stem: &str) -> bool {
    if DEVICES.iter().any(|device| stem.eq_ignore_ascii_case(device)) {
        return true;
    }
    let Some((letters, number)) = stem.split_at_checked(3) else { return false };
    NUMBERED_DEVICES.iter().any(|device| letters.eq_ignore_ascii_case(device))
        // Superscript digits count as digits there.
        && matches!(number, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_aliases_and_streams_are_refused_and_their_neighbours_are_not() {
        for name in ["nul", "AUX.c", "con .txt", "Com1.tar.gz", "LPT³", "CONIN$", "a.", "a ", "a:b"]
        {
            assert!(refuse_special(name).is_err(), "{name}");
        }
        for name in ["null", "aux-c", "com", "com10", "COMÉ", "lpt.txt", ".gitignore", "a b", "é"]
        {
            assert!(refuse_special(name).is_ok(), "{name}");
        }
    }
}
