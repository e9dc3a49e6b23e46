//! Writes a `.nupkg`: a zip with encoded names and the least metadata that NuGet clients accept.

use std::fmt::Write as _;
use std::fs::File;

use cap_std::fs::Dir;
use quick_xml::escape::escape;

use super::walk::{Item, ItemKind};
use super::zip::Writer;
use super::{PackError, PackOptions};

/// Every part of the package is a plain file to the Open Packaging Conventions.
const CONTENT_TYPE: &str = "application/octet-stream";

/// Writes all `items` of `folder` to `output`.
pub(super) fn write(
    folder: &Dir,
    items: &[Item],
    options: &PackOptions,
    output: &mut File,
) -> Result<(), PackError> {
    let mut writer = Writer::new(options.timestamp_unix_s, output)?;
    let nuspec_name =
        format!("{}.nuspec", encode_name(options.identity.id.as_str()).replace('/', "%2F"));
    writer.content("_rels/.rels", relationships(&nuspec_name).as_bytes())?;
    writer.content("[Content_Types].xml", content_types(items).as_bytes())?;
    writer.content(&nuspec_name, nuspec(options).as_bytes())?;
    for item in items {
        writer.item(folder, item, &encode_name(item.path.as_str()))?;
    }
    writer.finish()
}

/// A path as an address: everything but letters, digits, `/` and `-._~` in percent form (RFC 3986, 2.3).
fn encode_name(path: &str) -> String {
    let mut name = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~') {
            name.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(name, "%{byte:02X}");
        }
    }
    name
}

fn nuspec(options: &PackOptions) -> String {
    let (id, version) = (options.identity.id.as_str(), options.identity.version.as_str());
    let (id, version) = (escape(id), escape(version));
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
  <metadata>
    <id>{id}</id>
    <version>{version}</version>
    <authors>{id}</authors>
    <description>{id}</description>
  </metadata>
</package>
"#
    )
}

fn relationships(nuspec_name: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
  <Relationship Type="http://schemas.microsoft.com/packaging/2010/07/manifest" Target="/{nuspec_name}" Id="R1" />
</Relationships>
"#
    )
}

/// Types by extension, and by name for files without one.
fn content_types(items: &[Item]) -> String {
    let mut extensions = vec!["nuspec".to_owned()];
    let mut names = Vec::new();
    for item in items.iter().filter(|item| matches!(item.kind, ItemKind::File { .. })) {
        match item.path.file_name().rsplit_once('.') {
            Some((_, extension)) if !extension.is_empty() => {
                extensions.push(extension.to_lowercase())
            }
            _ => names.push(encode_name(item.path.as_str())),
        }
    }
    extensions.sort_unstable();
    extensions.dedup();
    let mut xml = String::from(
        r#"<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
  <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml" />
"#,
    );
    for extension in extensions.iter().filter(|extension| *extension != "rels") {
        let extension = escape(extension.as_str());
        let _ =
            writeln!(xml, "  <Default Extension=\"{extension}\" ContentType=\"{CONTENT_TYPE}\" />");
    }
    for name in names {
        let _ = writeln!(xml, "  <Override PartName=\"/{name}\" ContentType=\"{CONTENT_TYPE}\" />");
    }
    xml.push_str("</Types>\n");
    xml
}
