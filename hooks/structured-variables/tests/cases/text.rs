//! Decoding files for comparison: by byte order mark, else UTF-8, else windows-1252.

use cofferdam_hook_files::Text;

pub fn decode(bytes: &[u8]) -> String {
    Text::decode(bytes.to_vec(), "a file of the vectors".as_ref()).expect("text").content
}
