//! Decoding files for comparison: by byte order mark, else UTF-8, else windows-1252.

use cofferdam_hook_files::Text;

use crate::Difference;

/// The text of a file.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, Difference> {
    let text = Text::decode(bytes.to_vec(), "a file of the vectors".as_ref());
    text.map(|text| text.content)
        .map_err(|error| Difference::new("a text", format!("not one: {error}")))
}

/// Whether two files have the same bytes.
pub(crate) fn same_bytes(expected: &[u8], actual: &[u8]) -> Result<(), Difference> {
    if actual == expected {
        return Ok(());
    }
    let show = |bytes| format!("{:?}", String::from_utf8_lossy(bytes));
    Err(Difference::new(show(expected), show(actual)))
}
