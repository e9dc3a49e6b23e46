//! `TarReader`: the entries of a tar stream one after another, long names and pax headers applied.

use crate::fault::Fault;
use crate::tar::header::{BLOCK_BYTES, Header};
use crate::tar::pax::{self, MAX_PAX_BYTES, Overrides};
use crate::tar::stream::Source;
use crate::{Damage, Refusal};

/// Bytes of one GNU long name. Paths are limited far below; this only bounds what is read before they are looked at.
const MAX_LONG_NAME_BYTES: u64 = 64 << 10;

/// Global pax headers in one archive. `git archive` writes one; more come from concatenated archives.
const MAX_GLOBAL_HEADERS: u32 = 64;

/// Zeros after the end of the archive. Tools fill up a record, 10 KiB by default and rarely more than 1 MiB.
const MAX_END_PADDING_BYTES: u64 = 4 << 20;

/// From this size on a header's octal field is too small, and writers put different things into it.
const OCTAL_SIZE_END: u64 = 1 << 33;

/// Reads entries from a [`Source`]. It accepts what GNU tar, bsdtar, Python, Go and .NET write, and nothing that
/// two of them would read differently.
#[derive(Debug)]
pub(crate) struct TarReader<S> {
    source: S,
    /// The name that was read last, for messages.
    name: Vec<u8>,
    content_left: u64,
    padding_left: u64,
    /// Bytes that the last [`Self::content`] gave out.
    given_out: usize,
    global_headers: u32,
}

/// One entry before any judgement of its name and type.
#[derive(Debug)]
pub(crate) struct RawEntry {
    pub(crate) name: Vec<u8>,
    pub(crate) link_name: Vec<u8>,
    pub(crate) size: u64,
    pub(crate) mode: u32,
    pub(crate) modified_unix_s: i64,
    /// The type byte of the header.
    pub(crate) kind: u8,
}

/// What the headers in front of an entry's own say about it.
#[derive(Debug, Default)]
struct Announced {
    long_name: Option<Vec<u8>>,
    long_link: Option<Vec<u8>>,
    pax: Option<Overrides>,
}

impl Announced {
    fn is_some(&self) -> bool {
        self.long_name.is_some() || self.long_link.is_some() || self.pax.is_some()
    }
}

impl<S: Source> TarReader<S> {
    pub(crate) fn new(source: S) -> Self {
        Self {
            source,
            name: Vec::new(),
            content_left: 0,
            padding_left: 0,
            given_out: 0,
            global_headers: 0,
        }
    }

    /// The name of the entry that was read last, empty before the first.
    pub(crate) fn name(&self) -> &[u8] {
        &self.name
    }

    /// The next entry, or `None` once the end of the archive and of the stream was seen to be sound.
    /// Content that was not taken is skipped.
    pub(crate) fn next(&mut self) -> Result<Option<RawEntry>, Fault> {
        self.finish_entry()?;
        let mut announced = Announced::default();
        loop {
            let Some(block) = self.header_block()? else {
                if announced.is_some() {
                    return Err(Damage::TarHeader("the entry that it announces is missing").into());
                }
                return Ok(None);
            };
            let header = Header::parse(&block)?;
            match header.kind {
                b'L' => set_once(&mut announced.long_name, self.long_name(header.size)?)?,
                b'K' => set_once(&mut announced.long_link, self.long_name(header.size)?)?,
                b'x' | b'X' => {
                    let records = self.extension(header.size, MAX_PAX_BYTES)?;
                    set_once(&mut announced.pax, pax::parse(&records)?)?;
                }
                b'g' => {
                    self.global_headers += 1;
                    if self.global_headers > MAX_GLOBAL_HEADERS {
                        return Err(Damage::PaxHeader("there are too many global ones").into());
                    }
                    let records = self.extension(header.size, MAX_PAX_BYTES)?;
                    pax::check_global(&records)?;
                }
                _ => return self.apply(header, announced).map(Some),
            }
        }
    }

    /// The next bytes of the current entry's content, or `None` after the last.
    pub(crate) fn content(&mut self) -> Result<Option<&[u8]>, Fault> {
        self.source.consume(std::mem::take(&mut self.given_out));
        if self.content_left == 0 {
            return Ok(None);
        }
        let bytes = self.source.fill()?;
        if bytes.is_empty() {
            return Err(Damage::Truncated.into());
        }
        let count = bytes.len().min(usize::try_from(self.content_left).unwrap_or(usize::MAX));
        self.content_left -= count as u64;
        self.given_out = count;
        Ok(Some(&bytes[..count]))
    }

    /// Puts the announcing headers and the entry's own together.
    fn apply(&mut self, header: Header, announced: Announced) -> Result<RawEntry, Fault> {
        let pax = announced.pax.unwrap_or_default();
        let name = one_of(announced.long_name, pax.path)?.unwrap_or(header.name);
        let link_name = one_of(announced.long_link, pax.link_path)?.unwrap_or(header.link_name);
        self.name.clone_from(&name);
        let size = match pax.size {
            Some(size) if size != header.size && size < OCTAL_SIZE_END => {
                return Err(
                    Damage::PaxHeader("its size is not that of the entry's own header").into()
                );
            }
            size => size.unwrap_or(header.size),
        };
        // Only files have content: readers disagree whether to skip that of anything else.
        if size != 0 && !matches!(header.kind, b'0' | b'\0' | b'7' | b'S') {
            return Err(Refusal::Contradiction.into());
        }
        self.content_left = size;
        self.padding_left = padding(size);
        Ok(RawEntry {
            name,
            link_name,
            size,
            mode: header.mode,
            modified_unix_s: pax.modified_unix_s.unwrap_or(header.modified_unix_s),
            kind: header.kind,
        })
    }

    /// A GNU long name: the content of an entry, up to the first NUL.
    fn long_name(&mut self, size: u64) -> Result<Vec<u8>, Fault> {
        let mut name = self.extension(size, MAX_LONG_NAME_BYTES)?;
        if let Some(end) = name.iter().position(|&byte| byte == 0) {
            name.truncate(end);
        }
        Ok(name)
    }

    /// The whole content of a header that announces something.
    fn extension(&mut self, size: u64, most: u64) -> Result<Vec<u8>, Fault> {
        if size > most {
            return Err(Damage::TarHeader("a long name or pax header is too long").into());
        }
        self.content_left = size;
        self.padding_left = padding(size);
        let mut content = Vec::new();
        while let Some(bytes) = self.content()? {
            content.extend_from_slice(bytes);
        }
        self.finish_entry()?;
        Ok(content)
    }

    fn finish_entry(&mut self) -> Result<(), Fault> {
        while self.content()?.is_some() {}
        self.content_left = std::mem::take(&mut self.padding_left);
        while self.content()?.is_some() {}
        Ok(())
    }

    /// The next block, or `None` at the end of the archive, which is two blocks of zeros.
    fn header_block(&mut self) -> Result<Option<[u8; BLOCK_BYTES]>, Fault> {
        let block = self.block()?;
        if block != [0; BLOCK_BYTES] {
            return Ok(Some(block));
        }
        if self.block()? != [0; BLOCK_BYTES] {
            return Err(Damage::TarHeader("there is a block of zeros in front of it").into());
        }
        self.end_of_stream()?;
        Ok(None)
    }

    fn block(&mut self) -> Result<[u8; BLOCK_BYTES], Fault> {
        let mut block = [0; BLOCK_BYTES];
        let mut have = 0;
        while have < BLOCK_BYTES {
            let bytes = self.source.fill()?;
            if bytes.is_empty() {
                return Err(Damage::Truncated.into());
            }
            let count = bytes.len().min(BLOCK_BYTES - have);
            block[have..have + count].copy_from_slice(&bytes[..count]);
            self.source.consume(count);
            have += count;
        }
        Ok(block)
    }

    /// Reads to the end of the stream, so that its checksum is verified: nothing but some zeros may come.
    fn end_of_stream(&mut self) -> Result<(), Fault> {
        let mut padding = 0;
        loop {
            let bytes = self.source.fill()?;
            if bytes.is_empty() {
                return Ok(());
            }
            let count = bytes.len();
            padding += count as u64;
            if padding > MAX_END_PADDING_BYTES || bytes.iter().any(|&byte| byte != 0) {
                return Err(Damage::TrailingBytes.into());
            }
            self.source.consume(count);
        }
    }
}

/// Bytes from the end of a content of `size` bytes to the next block.
fn padding(size: u64) -> u64 {
    size.next_multiple_of(BLOCK_BYTES as u64) - size
}

fn set_once<T>(slot: &mut Option<T>, value: T) -> Result<(), Damage> {
    if slot.replace(value).is_some() {
        return Err(Damage::TarHeader("the entry is announced twice"));
    }
    Ok(())
}

fn one_of(gnu: Option<Vec<u8>>, pax: Option<Vec<u8>>) -> Result<Option<Vec<u8>>, Damage> {
    match (gnu, pax) {
        (Some(_), Some(_)) => Err(Damage::PaxHeader("the entry has a GNU long name as well")),
        (gnu, pax) => Ok(gnu.or(pax)),
    }
}
