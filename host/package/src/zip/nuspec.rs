//! The nuspec of a `.nupkg`: the one file of a package that is parsed outside the enclosure.
//!
//! Octopus takes a `.nupkg`'s id and version from its nuspec, not from the file name, and folders are named after
//! them before any hook can run. So these two elements are read here: from a copy of bounded size, by a pull
//! parser that expands nothing, and a document type definition or an entity where they stand is an error.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::archive::Archive;
use crate::zip::content::Inflater;
use crate::zip::survey::survey;
use crate::{ExtractLimits, Identity, IdentityError, PackageId, Version, VersionKind};

/// Bytes of a nuspec. Real ones take 1 to 10 KiB; lists of a thousand dependencies about 100 KiB.
const MAX_NUSPEC_BYTES: u64 = 1 << 20;

/// Reads the identity that `archive`, a `.nupkg`, gives itself.
pub(crate) fn identity(
    archive: &Archive,
    limits: &ExtractLimits,
) -> Result<Identity, IdentityError> {
    let fail = |what: String| IdentityError::Nuspec(what);
    let survey = survey(archive, limits).map_err(|error| fail(error.to_string()))?;
    let (record, data) = match survey.nuspecs.as_slice() {
        [only] => only,
        [] => return Err(fail("there is none in the package's root".to_owned())),
        _ => return Err(fail("there are several in the package's root".to_owned())),
    };
    if record.bytes > MAX_NUSPEC_BYTES {
        return Err(fail(format!("it is longer than {MAX_NUSPEC_BYTES} bytes")));
    }
    let mut text = Vec::new();
    let mut keep = |bytes: &[u8]| {
        text.extend_from_slice(bytes);
        Ok(())
    };
    Inflater::new()
        .read(&archive.file, record, data.clone(), &mut keep)
        .map_err(|fault| fail(fault.at(&record.name).to_string()))?;
    parse(&text).map_err(fail)
}

/// Reads `<id>` and `<version>` of `<package><metadata>`, in any namespace.
fn parse(text: &[u8]) -> Result<Identity, String> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let text = std::str::from_utf8(text).map_err(|_| "it is not UTF-8".to_owned())?;
    let mut reader = Reader::from_str(text);
    let mut depth = 0_u32;
    let mut in_metadata = false;
    let mut field = None;
    let (mut id, mut version) = (None::<String>, None::<String>);
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match event {
            Event::Start(tag) => {
                if field.is_some() {
                    return Err("its id or version has elements in it".to_owned());
                }
                let name = tag.local_name();
                match (depth, name.as_ref()) {
                    (0, name) if !is(name, "package") => {
                        return Err("its root element is not <package>".to_owned());
                    }
                    (1, name) => in_metadata = is(name, "metadata"),
                    (2, name) if in_metadata && is(name, "id") => field = Some(&mut id),
                    (2, name) if in_metadata && is(name, "version") => field = Some(&mut version),
                    _ => {}
                }
                if let Some(slot) = &mut field
                    && slot.replace(String::new()).is_some()
                {
                    return Err("it has its id or version twice".to_owned());
                }
                depth += 1;
            }
            Event::End(_) => {
                field = None;
                depth = depth.saturating_sub(1);
            }
            Event::Text(content) => {
                if let Some(Some(value)) = &mut field {
                    value.push_str(&content.decode().map_err(|error| error.to_string())?);
                }
            }
            Event::DocType(_) => return Err("it has a document type definition".to_owned()),
            Event::GeneralRef(_) | Event::CData(_) if field.is_some() => {
                return Err("its id or version has entities or CDATA in it".to_owned());
            }
            Event::Eof if depth > 0 => return Err("it ends too early".to_owned()),
            Event::Eof => break,
            _ => {}
        }
    }
    let id = id.ok_or("it has no <id>")?;
    let version = version.ok_or("it has no <version>")?;
    Ok(Identity {
        id: id.trim().parse::<PackageId>().map_err(|error| error.to_string())?,
        version: Version::new(VersionKind::Semver, version.trim())
            .map_err(|error| error.to_string())?,
    })
}

fn is<T: AsRef<[u8]> + ?Sized>(name: &T, wanted: &str) -> bool {
    name.as_ref() == wanted.as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nuspec(metadata: &str) -> String {
        format!(
            "\u{feff}<?xml version=\"1.0\"?>\n<package xmlns=\"http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd\"><metadata>{metadata}</metadata><files><id>no</id></files></package>"
        )
    }

    #[test]
    fn id_and_version_are_found_and_keep_their_spelling() {
        let text = nuspec(
            "<dependencies><group><id>Other</id></group></dependencies><id> Acme.Core </id><version>1.0.01+ace8cda</version>",
        );
        let identity = parse(text.as_bytes()).unwrap();
        assert_eq!(identity.id.as_str(), "Acme.Core");
        assert_eq!(identity.version.as_str(), "1.0.01+ace8cda");
    }

    #[test]
    fn whatever_could_be_read_in_two_ways_is_refused() {
        let message = |text: &str| parse(text.as_bytes()).unwrap_err();
        let version = "<version>1.0</version>";
        assert!(message(&nuspec("<id>A</id>")).contains("no <version>"));
        assert!(message(&nuspec(&format!("<id>A</id><id>B</id>{version}"))).contains("twice"));
        assert!(message(&nuspec(&format!("<id>&lol;</id>{version}"))).contains("entities"));
        assert!(message(&nuspec(&format!("<id><b/></id>{version}"))).contains("no package id"));
        assert!(message(&nuspec("<id>../x</id><version>x</version>")).contains("version"));
        assert!(message("<!DOCTYPE a [<!ENTITY b 'c'>]><package/>").contains("definition"));
        assert!(message("<other/>").contains("no <id>"));
        assert!(message("<package><metadata><id>A").contains("too early"));
    }
}
