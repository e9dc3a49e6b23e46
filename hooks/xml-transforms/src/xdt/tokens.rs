//! `$(name)` in the values of `SetTokenizedAttributes`: other attributes of the same element.

use cofferdam_xml::NodeId;

use super::failure::Failure;
use super::target::Target;

/// Puts in the values of attributes of the target, or else of the transform element; the attribute
/// that is being set, `current`, is only looked for at the target. Apostrophes come out as
/// `&apos;`, as they do in the original.
pub(super) fn substitute(
    target: &Target,
    value: &str,
    current: &str,
    element: NodeId,
    copy: NodeId,
) -> Result<String, Failure> {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find("$(") {
        out.push_str(&rest[..at]);
        let inside = &rest[at + 2..];
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '.');
        let length = inside.find(|c| !is_name(c)).unwrap_or(inside.len());
        let name = &inside[..length];
        if name.is_empty() || !inside[length..].starts_with(')') {
            out.push_str("$(");
            rest = inside;
            continue;
        }
        let is_current = name.eq_ignore_ascii_case(current);
        let found = target
            .attribute_named(element, name)
            .or_else(|| target.attribute_named(copy, name).filter(|_| !is_current))
            .ok_or(Failure::NoSuchNode)?;
        out.push_str(&target.document.value(found).replace('\'', "&apos;"));
        rest = &inside[length + 1..];
    }
    out.push_str(rest);
    Ok(out)
}
