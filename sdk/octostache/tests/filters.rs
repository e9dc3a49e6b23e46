//! Filters where the original's cases leave room: numbers, dates, regular expressions, Markdown.

use cofferdam_octostache::{Culture, Error, Options, Variables};

/// Checks `#{V | filter}` for each value, filter and result; `None` means that it is echoed.
fn check(culture: Culture, rows: &[(&str, &str, Option<&str>)]) {
    let options = Options { culture, ..Options::default() };
    for (value, filter, expected) in rows {
        let variables = Variables::from_iter([("V", Some(value))]);
        let result = variables.evaluate(&format!("#{{V | {filter}}}"), &options);
        let text = result.map(|evaluation| evaluation.text.filter(|_| evaluation.error.is_none()));
        assert_eq!(text.as_ref().map(Option::as_deref), Ok(*expected), "{value:?} | {filter}");
    }
}

#[test]
fn numbers() {
    check(
        Culture::Invariant,
        &[
            ("1234.5", "Format C", Some("¤1,234.50")),
            ("-5", "Format C", Some("(¤5.00)")),
            ("5-", "Format N0", Some("-5")),
            ("-0.001", "Format N", Some("0.00")),
            ("-0.001", "Format Double N", Some("-0.00")),
            ("1234.50", "Format G", Some("1234.50")),
            ("2.5", "Format F0", Some("3")),
            ("2.5", "Format Double F0", Some("2")),
            ("1234", "Format G2", Some("1.2E+03")),
            ("0.00012", "Format e", Some("1.200000e-004")),
            ("-255", "Format Int X4", Some("FFFFFF01")),
            ("-255", "Format Int D5", Some("-00255")),
            ("5", "Format D3", None),
            ("5", "Format 000", Some("005")),
            ("0.256", "Format \"0%\"", Some("26%")),
            ("12345", "Format \"0.0E+0\"", Some("1.2E+4")),
            ("1234567", "Format \\\"#,##0,\\\"", Some("1,235")),
            ("1234", "Format \\\"00-00\\\"", Some("12-34")),
            ("-1234.5", "Format \\\"#,##0.00;(#,##0.00);zero\\\"", Some("(1,234.50)")),
            ("0", "Format \\\"#,##0.00;(#,##0.00);zero\\\"", Some("zero")),
            (
                "79228162514264337593543950335",
                "Format N0",
                Some("79,228,162,514,264,337,593,543,950,335"),
            ),
            ("79228162514264337593543950336", "Format N0", None),
        ],
    );
    check(
        Culture::EnglishUnitedStates,
        &[("-5", "Format C", Some("-$5.00")), ("0.5", "Format P0", Some("50%"))],
    );
}

#[test]
fn dates() {
    check(
        Culture::Invariant,
        &[
            ("2030-05-22T09:05:07.120+02:00", "Format r", Some("Wed, 22 May 2030 07:05:07 GMT")),
            ("2030-05-22T09:05:07.120+02:00", "Format u", Some("2030-05-22 07:05:07Z")),
            ("2030-05-22T09:05:07.120+02:00", "Format U", None),
            ("2030-05-22T09:05:07.120+02:00", "Format Date \"HH K\"", Some("07 +00:00")),
            ("2030-05-22T09:05:07.120Z", "Format Date \"HH:mm:ss.FFF\"", Some("09:05:07.12")),
            ("2030-05-22 09:05", "Format Date \"%d 'of' MMMM\"", Some("22 of May")),
            ("Wed, 22 May 2030 09:05:00 GMT", "AddDays 1", Some("2030-05-23T09:05:00.0000000Z")),
            ("Thu, 22 May 2030", "AddDays 1", None),
            ("22 May 2030 9:05 PM", "AddHours 1", Some("2030-05-22T22:05:00.0000000")),
            ("5/22/30", "AddDays 0", Some("1930-05-22T00:00:00.0000000")),
            ("9999-12-31", "AddDays 1", None),
            ("2030-02-29", "AddDays 1", None),
            ("2030-05-22 09:05:00", "AddHours \"1,000\"", None),
        ],
    );
}

#[test]
fn regular_expressions() {
    check(
        Culture::Invariant,
        &[
            ("a\n", "Match \"a$\"", Some("true")),
            ("a\nb", "Match \"a$\"", Some("false")),
            ("a\nb", "Match \"(?m)a$\"", Some("true")),
            ("xyz", "Match \"^[a-z-[aeiou]]+\\z\"", Some("true")),
            ("xez", "Match \"^[a-z-[aeiou]]+\\z\"", Some("false")),
            ("[", "Match \"^[[]$\"", Some("true")),
            ("&&", "Match \"^[a&&b]+$\"", Some("true")),
            ("a{b", "Match \"a{b\"", Some("true")),
            ("abcb", "Match \"(?<n>b)(c)(b)?\\1?\"", Some("true")),
            ("abab", "Match \"^(?<x>a)(b)\\2\"", Some("true")),
            ("ab", "Match \\\"a(?#no b here)b\\\"", Some("true")),
            ("baaac", "Replace \"a*\" \"-\"", Some("-b--c-")),
            ("abc", "Replace \"b\" \"<$`|$'|$_|$&>\"", Some("a<a|c|abc|b>c")),
            ("ab", "Replace \"(?<x>a)(b)\" \"$1$2\"", Some("ba")),
            ("ab", "Replace \"(?n)(a)(?<y>b)\" \"$1$2\"", Some("b$2")),
            ("abc", "Replace \"(?n:(a))(b)\" \"<$1>\"", Some("<b>c")),
            ("aab", "Replace \"a+?\" \"-\"", Some("--b")),
            ("abc", "Replace \"b\" \"$1$\"", Some("a$1$c")),
        ],
    );
}

#[test]
fn markdown() {
    check(
        Culture::Invariant,
        &[
            ("H~2~O x^2^", "Markdown", Some("<p>H<sub>2</sub>O x<sup>2</sup></p>\n\n")),
            ("a ++ b == c", "Markdown", Some("<p>a ++ b == c</p>\n\n")),
            ("`==a==`", "Markdown", Some("<p><code>==a==</code></p>\n\n")),
            ("a@b.c http://x", "Markdown", Some("<p>a@b.c http://x</p>\n\n")),
            (
                "see (http://a.b/c_d).",
                "Markdown",
                Some("<p>see (<a href=\"http://a.b/c_d\">http://a.b/c_d</a>).</p>\n\n"),
            ),
            ("mailto:a@b.c", "Markdown", Some("<p><a href=\"mailto:a@b.c\">a@b.c</a></p>\n\n")),
            (
                "![*i*](a b.png)![i](<a b.png> \"t\")",
                "Markdown",
                Some(
                    "<p>![<em>i</em>](a b.png)<img src=\"a%20b.png\" alt=\"i\" title=\"t\" /></p>\n\n",
                ),
            ),
            (
                "|a|\n|-:|\n|1|",
                "Markdown",
                Some(
                    "<table>\n<thead>\n<tr>\n<th style=\"text-align: right;\">a</th>\n</tr>\n</thead>\n\
                     <tbody>\n<tr>\n<td style=\"text-align: right;\">1</td>\n</tr>\n</tbody>\n</table>\n\n",
                ),
            ),
            (
                "3. a\n   - b\n\n<div>\n</div>",
                "Markdown",
                Some(
                    "<ol start=\"3\">\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n</ol>\n<div>\n</div>\n\n",
                ),
            ),
        ],
    );
}

#[test]
fn versions() {
    check(
        Culture::Invariant,
        &[
            ("v1.2", "VersionMajor", Some("1")),
            ("v", "VersionPreRelease", Some("v")),
            ("vnext-2", "VersionPreReleasePrefix", Some("vnext")),
            ("-beta", "VersionPreRelease", Some("beta")),
            ("1 . 2 .3", "VersionPatch", Some("3")),
            ("1.2 -rc.1", "VersionPreReleaseCounter", Some("1")),
            ("1.2 rc", "VersionPreRelease", Some("rc")),
        ],
    );
    for text in [" ", "1. x", "1.2-a b"] {
        let variables = Variables::from_iter([("V", Some(text))]);
        let result = variables.evaluate("#{V | VersionMajor}", &Options::default());
        assert!(result.is_err(), "{text:?}: {result:?}");
    }
}

#[test]
fn expressions_that_the_original_refuses() {
    for pattern in ["a*+", "a{2}+", "a??*", "a{2}{3}", "(?x)a* +", "(*FAIL)", "(?P<n>a)", r"\h"] {
        let variables = Variables::from_iter([("V", Some("a")), ("P", Some(pattern))]);
        let result = variables.evaluate("#{V | Match #{P}}", &Options::default());
        assert!(matches!(result, Err(Error::InvalidRegex { .. })), "{pattern}: {result:?}");
    }
}
