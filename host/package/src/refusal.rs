//! `Refusal`: everything an entry can be refused for, and `EntryName`, the way it is named in messages.

use std::fmt;

/// Characters of a hostile name that a message shows.
const MAX_SHOWN_CHARS: usize = 200;

/// The name of an entry as the archive spells it, made safe to print: control characters, bytes that are not
/// UTF-8, direction overrides and the like are escaped, and a long name is cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryName(String);

impl EntryName {
    /// Makes `raw` safe to print.
    pub fn of(raw: &[u8]) -> Self {
        let mut shown = String::new();
        let mut left = MAX_SHOWN_CHARS;
        for chunk in raw.utf8_chunks() {
            for char in chunk.valid().chars() {
                if left == 0 {
                    shown.push('…');
                    return Self(shown);
                }
                left -= 1;
                if is_unprintable(char) {
                    shown.extend(char.escape_unicode());
                } else {
                    shown.push(char);
                }
            }
            for byte in chunk.invalid() {
                left = left.saturating_sub(1);
                shown.push_str(&format!("\\x{byte:02x}"));
            }
        }
        Self(shown)
    }

    /// The printable name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Control characters, and the format characters that reorder or hide what a terminal shows.
fn is_unprintable(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Why an entry is refused, whatever the limits are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// No name, or nothing but `.` and `/`.
    #[error("its name is empty")]
    EmptyName,
    /// Begins with `/`.
    #[error("its path is absolute")]
    AbsolutePath,
    /// Begins like `C:`.
    #[error("its path begins with a drive letter")]
    DriveLetter,
    /// Contains `\`, which is a separator for some readers and a letter for others.
    #[error("its path contains a backslash")]
    Backslash,
    /// Has a `..` component.
    #[error("its path contains `..`")]
    ParentComponent,
    /// Contains NUL or another control character.
    #[error("its path contains a control character")]
    ControlCharacter,
    /// Is not UTF-8.
    #[error("its path is not UTF-8")]
    NotUtf8,
    /// Is a device, a stream or another file to Windows.
    #[error("`{component}` means something else on Windows")]
    WindowsName {
        /// The component, safe to print.
        component: EntryName,
    },
    /// The same path again.
    #[error("the package has this path twice")]
    Duplicate,
    /// Equal to another path but for case or Unicode form.
    #[error("its path equals `{other}` but for case or Unicode form")]
    Collision {
        /// The earlier path, safe to print.
        other: EntryName,
    },
    /// Lies below something that is not a folder, or is not a folder although something lies below it.
    #[error("`{parent}` is a file or link and a folder at once")]
    NotAFolder {
        /// The path that is both, safe to print.
        parent: EntryName,
    },
    /// A symbolic link whose target is absolute, or not a plain path.
    #[error("its link target `{target}` is not a plain relative path")]
    LinkTarget {
        /// The target, safe to print.
        target: EntryName,
    },
    /// A symbolic link that leads out of the folder, by itself or through other links.
    #[error("its link target `{target}` leads out of the extraction folder")]
    LinkEscapes {
        /// The target, safe to print.
        target: EntryName,
    },
    /// Symbolic links that lead to each other without end.
    #[error("its link target `{target}` leads round in circles")]
    LinkLoop {
        /// The target, safe to print.
        target: EntryName,
    },
    /// A hard link.
    #[error("it is a hard link, which is never extracted: store the file itself")]
    HardLink,
    /// A character or block device.
    #[error("it is a device")]
    Device,
    /// A named pipe.
    #[error("it is a named pipe")]
    Fifo,
    /// A sparse file.
    #[error("it is a sparse file: build the archive without --sparse")]
    Sparse,
    /// A tar entry type or zip file type that is none of the above.
    #[error("it is of an unknown type ({0:#x})")]
    UnknownType(u32),
    /// The name says folder and the type file, or the other way round, or a folder has content.
    #[error("its name, type and size contradict each other")]
    Contradiction,
    /// Encrypted in the zip.
    #[error("it is encrypted")]
    Encrypted,
    /// Compressed by a method other than stored and deflate.
    #[error("its compression method {0} is not supported: use deflate or store")]
    CompressionMethod(u16),
}
