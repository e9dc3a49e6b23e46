//! Paths inside the enclosure as text: `/folder/file`, whatever the machine writes.

/// Both separators become `/`.
pub(crate) fn unified(path: &str) -> String {
    path.replace('\\', "/")
}

/// Whether a pattern starts at the root of a file system.
pub(crate) fn is_absolute(path: &str) -> bool {
    path.starts_with('/') || (path.as_bytes().get(1) == Some(&b':') && path.is_char_boundary(2))
}

/// Everything before the last separator.
pub(crate) fn folder(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((folder, _)) => folder,
        None => "",
    }
}

/// Everything after the last separator.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// The extension with its dot; empty when there is none.
pub(crate) fn extension(path: &str) -> &str {
    let name = file_name(path);
    match name.rfind('.') {
        Some(at) if at + 1 < name.len() => &name[at..],
        _ => "",
    }
}

/// The path with what follows the last dot of its file name replaced.
pub(crate) fn with_extension(path: &str, extension: &str) -> String {
    let stem = match file_name(path).rfind('.') {
        Some(at) => &path[..path.len() - file_name(path).len() + at],
        None => path,
    };
    let dot = if extension.starts_with('.') { "" } else { "." };
    format!("{stem}{dot}{extension}")
}

/// `path` as seen from `base`; an absolute one is what it is.
pub(crate) fn join(base: &str, path: &str) -> String {
    if path.is_empty() {
        base.to_owned()
    } else if path.starts_with('/') || base.is_empty() {
        path.to_owned()
    } else if base.ends_with('/') {
        format!("{base}{path}")
    } else {
        format!("{base}/{path}")
    }
}

/// The path without `.`, `..` and double separators; `None` when it climbs above the root.
pub(crate) fn normal(path: &str) -> Option<String> {
    let mut steps = Vec::new();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop()?;
            }
            step => steps.push(step),
        }
    }
    Some(format!("/{}", steps.join("/")))
}

/// How to get from the folder of the file `from` to the file `to`, both absolute.
pub(crate) fn relative(from: &str, to: &str) -> String {
    let from: Vec<&str> = folder(from).split('/').filter(|step| !step.is_empty()).collect();
    let to: Vec<&str> = to.split('/').filter(|step| !step.is_empty()).collect();
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from[common..].iter().map(|_| "..");
    up.chain(to[common..].iter().copied()).collect::<Vec<_>>().join("/")
}

/// Whether `text` ends with `end`, case ignored.
pub(crate) fn ends_with_ignoring_case(text: &str, end: &str) -> bool {
    text.to_lowercase().ends_with(&end.to_lowercase())
}

/// Whether a file name matches a pattern with `*` and `?`. Linear in both for one star, and never
/// worse than their product.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut at, mut place) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while place < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, place));
                at += 1;
            }
            Some(&c) if c == '?' || c == name[place] => {
                at += 1;
                place += 1;
            }
            _ => match star {
                Some((star_at, star_place)) => {
                    star = Some((star_at, star_place + 1));
                    at = star_at + 1;
                    place = star_place + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|&c| c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces() {
        assert_eq!((folder("/a/b.c"), folder("/b"), folder("b")), ("/a", "/", ""));
        assert_eq!((extension("/a.b/c"), extension("c.d.e"), extension("c.")), ("", ".e", ""));
        assert_eq!(with_extension("/a.b/web.config", "Release.config"), "/a.b/web.Release.config");
        assert_eq!(with_extension("/a.b/web", ".x"), "/a.b/web.x");
        assert_eq!(normal("/a/./b//../c").as_deref(), Some("/a/c"));
        assert_eq!(normal("/a/../../b"), None);
        assert_eq!(relative("/t/x", "/a/b/c"), "../a/b/c");
        assert_eq!(relative("/a/x", "/a/b/c"), "b/c");
    }

    #[test]
    fn stars() {
        for (pattern, name, expected) in [
            ("*.config", "web.config", true),
            ("MyApp.*.x", "MyApp.a.b.x", true),
            ("a*b*c", "aXbXbc", true),
            ("?.x", "ab.x", false),
            ("web.config", "Web.config", false),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
