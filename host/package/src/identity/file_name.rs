//! Id and version from a file name, in the two forms that Octopus uses.

use super::semver::Parsed;
use super::{Identity, PackageId, Version, VersionKind, folder_name};

/// Reads a file name in either form.
pub(crate) fn parse(file_name: &str) -> Option<Identity> {
    parse_cache_form(file_name).or_else(|| parse_plain_form(file_name))
}

/// `<Id>@<Kind><Version>@<anything>.<ext>`: exactly three parts, id and version encoded like folder names.
fn parse_cache_form(file_name: &str) -> Option<Identity> {
    let mut parts = file_name.split('@');
    let (id, version, rest) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || !rest.contains('.') {
        return None;
    }
    let kind = VersionKind::from_letter(version.chars().next()?)?;
    Some(Identity {
        id: folder_name::decode(id)?.parse().ok()?,
        version: Version::new(kind, &folder_name::decode(version.get(1..)?)?).ok()?,
    })
}

/// `<Id>.<Version><ext>`: the shortest id after which a version follows, then the longest version after which an
/// extension follows.
fn parse_plain_form(file_name: &str) -> Option<Identity> {
    let dots = |text: &str| -> Vec<usize> { text.match_indices('.').map(|(at, _)| at).collect() };
    let (stem, is_stripped) = match strip_tar(file_name) {
        Some(stem) => (stem, true),
        None => (file_name, false),
    };
    dots(stem).into_iter().find_map(|at| {
        let (id, rest) = (&stem[..at], &stem[at + 1..]);
        if !is_id(id) {
            return None;
        }
        let version = if is_stripped {
            Parsed::strict(rest).map(|_| rest)
        } else {
            dots(rest)
                .into_iter()
                .rev()
                .find(|&end| is_extension(&rest[end..]) && Parsed::strict(&rest[..end]).is_some())
                .map(|end| &rest[..end])
        }?;
        Some(Identity {
            id: id.parse::<PackageId>().ok()?,
            version: Version::new(VersionKind::Semver, version).ok()?,
        })
    })
}

/// What is before a final `.tar` or `.tar.gz` (any letters and digits for `gz`); case matters here.
fn strip_tar(file_name: &str) -> Option<&str> {
    if let Some(stem) = file_name.strip_suffix(".tar") {
        return Some(stem);
    }
    let (stem, compression) = file_name.rsplit_once(".tar.")?;
    is_extension_part(compression).then_some(stem)
}

/// One or more of `.` with letters and digits.
fn is_extension(text: &str) -> bool {
    text.strip_prefix('.').is_some_and(|text| text.split('.').all(is_extension_part))
}

fn is_extension_part(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Words of letters, digits and `_`, one of `_.-` between them.
fn is_id(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.chars().all(|char| char.is_alphanumeric() || char == '_')
    };
    text.split(['.', '-']).all(is_word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn identity(file_name: &str) -> Option<(String, VersionKind, String)> {
        let Identity { id, version } = parse(file_name)?;
        Some((id.to_string(), version.kind(), version.to_string()))
    }

    #[test]
    fn both_forms_are_read() {
        use VersionKind::{Lexicographic, Maven, Octopus, Semver};
        for (file_name, id, kind, version) in [
            ("Acme.Web.1.0.0.zip", "Acme.Web", Semver, "1.0.0"),
            ("Acme.Core.1.0.0.0-bugfix.tar.gz", "Acme.Core", Semver, "1.0.0.0-bugfix"),
            ("Acme.Core.1.0.0.0-bugfix.zip", "Acme.Core", Semver, "1.0.0.0-bugfix"),
            ("acme-web_site.1.0.01.nupkg", "acme-web_site", Semver, "1.0.01"),
            ("Acme.1.0.1+ace8cda.tgz", "Acme", Semver, "1.0.1+ace8cda"),
            ("Acme.1.0.0-beta.1.zip", "Acme", Semver, "1.0.0-beta.1"),
            ("Acme.1.TAR.GZ", "Acme", Semver, "1"),
            ("Acme.2.1.0.tar", "Acme.2.1.0", Semver, "?"),
            // Digits are a word too.
            ("1.0.0.zip", "1", Semver, "0.0"),
            ("Acme.1.2.3.4.5.zip", "Acme", Semver, "1.2.3.4"),
            ("Über.Ding.1.0.zip", "Über.Ding", Semver, "1.0"),
            ("Acme.Web@S1.0.0@0123456789ABCDEF0123456789ABCDEF.zip", "Acme.Web", Semver, "1.0.0"),
            ("%40scope%2Fpkg@Ov1%2Fx@x.tar.gz", "@scope/pkg", Octopus, "v1/x"),
            ("group%3Aartifact@M1.0-SNAPSHOT@x.jar.zip", "group:artifact", Maven, "1.0-SNAPSHOT"),
            ("a@Lanything goes@x.tar", "a", Lexicographic, "anything goes"),
        ] {
            // The shortest id wins.
            let (id, version) = if version == "?" { ("Acme", "2.1.0") } else { (id, version) };
            assert_eq!(
                identity(file_name),
                Some((id.to_owned(), kind, version.to_owned())),
                "{file_name}"
            );
        }
    }

    #[test]
    fn other_names_are_none() {
        for file_name in [
            "Acme.zip",
            "Acme-1.zip",
            ".1.0.zip",
            "Acme..1.0.zip",
            "a b.1.0.zip",
            "",
            "..@S1.0@x.zip",
            "a@X1.0@x.zip",
            "a@S1.0@x",
            "a@S1@b@x.zip",
            "a@S@x.zip",
            "a@Sx@x.zip",
            "a@@x.zip",
        ] {
            assert_eq!(identity(file_name), None, "{file_name}");
        }
    }

    proptest! {
        #[test]
        fn a_folder_name_is_always_one_plain_component(file_name in "\\PC{0,40}|[a@S.%/1\\\\]{0,20}") {
            if let Some(Identity { id, version }) = parse(&file_name) {
                for name in [id.folder_name(), version.folder_name()] {
                    let mut components = std::path::Path::new(&name).components();
                    prop_assert!(matches!(components.next(), Some(std::path::Component::Normal(_))), "{}", name);
                    prop_assert!(components.next().is_none());
                }
            }
        }

        #[test]
        fn what_is_packed_under_a_name_is_read_from_it(
            id in "[A-Za-z][a-z0-9]{0,5}([._-][A-Za-z][a-z0-9]{0,5}){0,2}",
            version in "[0-9]{1,3}(\\.[0-9]{1,3}){0,3}(-[a-z][a-z0-9-]{0,5})?(\\+[a-z][a-z0-9]{0,5})?",
        ) {
            let found = identity(&format!("{id}.{version}.tar.gz"));
            prop_assert_eq!(found, Some((id, VersionKind::Semver, version)));
        }
    }
}
