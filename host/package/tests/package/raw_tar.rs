//! `RawTar`: writes tar archives that no honest tool would.

use std::io::Write as _;

/// A tar that is built block by block.
#[derive(Default, Clone)]
pub(crate) struct RawTar(pub(crate) Vec<u8>);

/// One header, every field as it will be written.
#[derive(Clone)]
pub(crate) struct RawHeader {
    pub(crate) name: Vec<u8>,
    pub(crate) link: Vec<u8>,
    pub(crate) kind: u8,
    pub(crate) mode: u32,
    pub(crate) size: u64,
    /// Written instead of the size, if set.
    pub(crate) raw_size: Option<[u8; 12]>,
    pub(crate) magic: [u8; 8],
    pub(crate) prefix: Vec<u8>,
}

impl RawHeader {
    pub(crate) fn new(name: impl AsRef<[u8]>, kind: u8) -> Self {
        Self {
            name: name.as_ref().to_vec(),
            link: Vec::new(),
            kind,
            mode: 0o644,
            size: 0,
            raw_size: None,
            magic: *b"ustar\x0000",
            prefix: Vec::new(),
        }
    }

    pub(crate) fn block(&self) -> [u8; 512] {
        let mut block = [0; 512];
        let mut put = |at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
        put(0, &self.name);
        put(100, format!("{:07o}", self.mode).as_bytes());
        put(108, b"0000000");
        put(116, b"0000000");
        put(
            124,
            &self.raw_size.unwrap_or_else(|| {
                let mut field = [0; 12];
                field[..11].copy_from_slice(format!("{:011o}", self.size).as_bytes());
                field
            }),
        );
        put(136, b"14000000000");
        put(156, &[self.kind]);
        put(157, &self.link);
        put(257, &self.magic);
        put(345, &self.prefix);
        put(148, b"        ");
        let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        block
    }
}

impl RawTar {
    pub(crate) fn header(mut self, header: &RawHeader) -> Self {
        self.0.extend_from_slice(&header.block());
        self
    }

    pub(crate) fn content(mut self, content: &[u8]) -> Self {
        self.0.extend_from_slice(content);
        self.0.resize(self.0.len().next_multiple_of(512), 0);
        self
    }

    pub(crate) fn entry(self, mut header: RawHeader, content: &[u8]) -> Self {
        header.size = content.len() as u64;
        self.header(&header).content(content)
    }

    pub(crate) fn file(self, name: impl AsRef<[u8]>, content: &[u8]) -> Self {
        self.entry(RawHeader::new(name, b'0'), content)
    }

    pub(crate) fn folder(self, name: impl AsRef<[u8]>) -> Self {
        self.entry(RawHeader { mode: 0o755, ..RawHeader::new(name, b'5') }, b"")
    }

    pub(crate) fn link(self, kind: u8, name: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Self {
        self.entry(RawHeader { link: target.as_ref().to_vec(), ..RawHeader::new(name, kind) }, b"")
    }

    pub(crate) fn symlink(self, name: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Self {
        self.link(b'2', name, target)
    }

    /// An extended header with these records.
    pub(crate) fn pax(self, kind: u8, records: &[(&str, &[u8])]) -> Self {
        let mut body = Vec::new();
        for (key, value) in records {
            let rest = key.len() + value.len() + 3;
            let length =
                (rest..).find(|length| length.to_string().len() + rest == *length).unwrap();
            write!(body, "{length} {key}=").unwrap();
            body.extend_from_slice(value);
            body.push(b'\n');
        }
        self.entry(RawHeader::new("PaxHeaders/x", kind), &body)
    }

    /// The end of the archive.
    pub(crate) fn end(mut self) -> Vec<u8> {
        self.0.extend_from_slice(&[0; 1024]);
        self.0
    }
}

/// Compresses with gzip.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
