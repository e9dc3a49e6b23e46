//! Extra fields of a zip header: 64-bit sizes, times, and names that could contradict the header's.

use crate::Damage;
use crate::zip::bytes::Fields;

const ZIP64: u16 = 0x0001;
/// Info-ZIP's "UT": seconds of Unix time.
const EXTENDED_TIMESTAMP: u16 = 0x5455;
/// Info-ZIP's Unicode path, which some readers prefer to the name in the header.
const UNICODE_PATH: u16 = 0x7075;

/// What this crate looks at in extra fields.
#[derive(Debug, Default)]
pub(crate) struct Extra<'a> {
    pub(crate) zip64: Option<Fields<'a>>,
    pub(crate) modified_unix_s: Option<i64>,
    pub(crate) unicode_path: Option<&'a [u8]>,
}

impl<'a> Extra<'a> {
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, Damage> {
        let mut extra = Self::default();
        let mut fields = Fields(bytes);
        while !fields.0.is_empty() {
            // Some writers align data by filling up with zeros.
            if fields.0.iter().all(|&byte| byte == 0) {
                break;
            }
            let (id, length) = (fields.u16()?, fields.u16()?);
            let body = fields.bytes(length.into()).map_err(|_| {
                Damage::ZipStructure("an extra field is longer than its header says")
            })?;
            let is_first = match id {
                ZIP64 => extra.zip64.replace(Fields(body)).is_none(),
                EXTENDED_TIMESTAMP => {
                    if let [flags, time @ ..] = body
                        && flags & 1 != 0
                    {
                        // Signed 32 bits in practice: what Info-ZIP reads and writes.
                        extra.modified_unix_s =
                            Fields(time).u32().ok().map(|time| i64::from(time as i32));
                    }
                    true
                }
                // One byte version, four bytes checksum of the header's name.
                UNICODE_PATH => {
                    extra.unicode_path.replace(body.get(5..).unwrap_or_default()).is_none()
                }
                _ => true,
            };
            if !is_first {
                return Err(Damage::ZipStructure("an extra field is there twice"));
            }
        }
        Ok(extra)
    }

    /// The next 64-bit number, if the header's own field says that it is here.
    pub(crate) fn widen(&mut self, narrow: u32) -> Result<u64, Damage> {
        match &mut self.zip64 {
            Some(zip64) if narrow == u32::MAX => {
                zip64.u64().map_err(|_| Damage::ZipStructure("its zip64 field is too short"))
            }
            _ => Ok(narrow.into()),
        }
    }
}
