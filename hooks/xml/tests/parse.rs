//! The reader by example: what is kept, where things stand, what is refused and where.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use cofferdam_xml::{Document, Limits, NodeKind, Options, parse, parse_fragment};

fn document(text: &str) -> Document {
    parse(text, &Options::default()).unwrap()
}

fn error(text: &str) -> String {
    parse(text, &Options::default()).map_or_else(|error| error.to_string(), |_| "fine".to_owned())
}

#[test]
fn every_part_has_a_place() {
    let text = "<?xml version='1.0' encoding=\"utf-8\"?>\r\n<a:r xmlns:a='urn:a' b = \"x &amp; y\"\n>t<!-- c --><?p d?><e /></a:r >\n";
    let document = document(text);
    assert_eq!(document.source(), text);
    assert_eq!(document.declared_encoding(), Some("utf-8"));
    let root = document.document_element().unwrap();
    let part = |span: Option<cofferdam_xml::Span>| document.text_of(span.unwrap());
    assert_eq!(part(document.start_tag_span(root)), "<a:r xmlns:a='urn:a' b = \"x &amp; y\"\n>");
    assert_eq!(part(document.end_tag_span(root)), "</a:r >");
    assert_eq!(part(document.name_span(root)), "a:r");
    assert_eq!(part(document.inner_span(root)), "t<!-- c --><?p d?><e />");
    let attribute = document.attribute(root, "", "b").unwrap();
    assert_eq!(part(document.span(attribute)), "b = \"x &amp; y\"");
    assert_eq!(part(document.inner_span(attribute)), "x &amp; y");
    assert_eq!(document.value(attribute), "x & y");
    assert_eq!(
        document.position(document.span(attribute).unwrap().start).to_string(),
        "line 2, column 22"
    );
    let children: Vec<_> = document.children(root).collect();
    let inner: Vec<_> = children.iter().map(|&child| part(document.inner_span(child))).collect();
    assert_eq!(inner, ["t", " c ", "d", ""]);
    assert!(document.is_self_closed(children[3]));
    assert_eq!(&*document.name(root).unwrap().namespace, "urn:a");
}

#[test]
fn namespaces_come_and_go() {
    let document = document("<a xmlns='u:1'><b xmlns=''/><p:c xmlns:p='u:2' p:d='' e=''/></a>");
    let names: Vec<_> = document
        .descendants(document.root())
        .map(|node| document.name(node).unwrap().namespace.to_string())
        .collect();
    assert_eq!(names, ["u:1", "", "u:2"]);
    assert!(error("<a><p:b xmlns:p='u'/><p:c/></a>").starts_with("the prefix 'p' is not declared"));
}

#[test]
fn entities_expand_without_loading_anything() {
    let text = "<!DOCTYPE a [<!ENTITY x 'in&y;'><!ENTITY y \"side&#33;\"><!ENTITY f SYSTEM 'file:///etc/passwd'>]><a b='&x;'>1&x;2&f;</a>";
    let document = document(text);
    let root = document.document_element().unwrap();
    assert_eq!(document.string_value(root), "1inside!2");
    assert_eq!(document.value(document.attribute(root, "", "b").unwrap()), "inside!");
    let kinds: Vec<_> = document.children(root).map(|child| document.kind(child)).collect();
    use NodeKind::{EntityReference, Text};
    assert_eq!(kinds, [Text, EntityReference, Text, EntityReference]);
}

#[test]
fn refusals_say_where() {
    for (text, expected) in [
        ("", "the root element is missing (line 1, column 1)"),
        ("x", "text outside of the root element (line 1, column 1)"),
        ("<a>", "the text ends before the element 'a' is closed (line 1, column 4)"),
        (
            "<a>\n</b>",
            "the end tag 'b' does not match the start tag 'a' on line 1 (line 2, column 3)",
        ),
        ("<a/><b/>", "there is more than one root element (line 1, column 5)"),
        ("<a b='1' b='2'/>", "the attribute 'b' appears twice (line 1, column 10)"),
        (
            "<a xmlns:p='u' xmlns:q='u' p:b='' q:b=''/>",
            "the attribute 'q:b' appears twice (line 1, column 35)",
        ),
        ("<a b='1'c='2'/>", "expected white space or '>', found 'c' (line 1, column 9)"),
        ("<a b=1/>", "expected a quote, found '1' (line 1, column 6)"),
        ("<a b='<'/>", "expected '&lt;', found '<' (line 1, column 7)"),
        ("<a>&nbsp;</a>", "reference to the undeclared entity 'nbsp' (line 1, column 5)"),
        ("<a>& b</a>", "malformed reference; write '&amp;' for a plain '&' (line 1, column 5)"),
        ("<a>&#0;</a>", "'&#0;' is not a character that XML allows (line 1, column 4)"),
        ("<a>]]></a>", "']]>' is not allowed in text (line 1, column 4)"),
        ("<a><!-- -- --></a>", "'--' is not allowed in a comment (line 1, column 9)"),
        ("<a>\u{1}</a>", "the character U+0001 is not allowed in XML (line 1, column 4)"),
        (
            " <?xml version='1.0'?><a/>",
            "an XML declaration is only allowed at the very start (line 1, column 2)",
        ),
        (
            "<?xml encoding='x'?><a/>",
            "the XML declaration is malformed: only version, encoding and standalone may stand here, in this order (line 1, column 7)",
        ),
        (
            "<a/><!DOCTYPE a>",
            "a document type declaration is only allowed before the root element, once (line 1, column 5)",
        ),
        (
            "<a xmlns:xmlns='u'/>",
            "the namespace declaration 'xmlns:xmlns' is not allowed (line 1, column 4)",
        ),
        ("<1/>", "expected a name, found '1' (line 1, column 2)"),
        ("<a", "unexpected end of the text inside a start tag (line 1, column 3)"),
    ] {
        assert_eq!(error(text), expected, "{text}");
    }
}

#[test]
fn bombs_are_refused() {
    let mut lol = String::from("<!DOCTYPE a [<!ENTITY l0 'lol'>");
    for n in 1..10 {
        lol += &format!("<!ENTITY l{n} '{}'>", format!("&l{};", n - 1).repeat(10));
    }
    lol += "]><a>&l9;</a>";
    assert!(error(&lol).starts_with("entities expand to more than the limit of 10000000 bytes"));
    let quadratic = format!(
        "<!DOCTYPE a [<!ENTITY x '{}'>]><a>{}</a>",
        "y".repeat(10_000),
        "&x;".repeat(10_000)
    );
    assert!(error(&quadratic).starts_with("entities expand to more than the limit"));
    let circle = "<!DOCTYPE a [<!ENTITY x '&y;'><!ENTITY y '&x;'>]><a>&x;</a>";
    assert!(error(circle).starts_with("the entity 'x' contains itself"));
    let deep = "<a>".repeat(1_000_000);
    assert!(error(&deep).starts_with("elements are nested deeper than the limit of 512"));
    let attributes: String = (0..5_000).map(|n| format!(" a{n}=''")).collect();
    assert!(error(&format!("<a{attributes}/>")).starts_with("an element has more attributes"));
    let options =
        Options { limits: Limits { max_nodes: 10, ..Limits::default() }, ..Options::default() };
    let many = format!("<a>{}</a>", "<b/>".repeat(10));
    assert!(
        parse(many, &options).unwrap_err().to_string().starts_with("the document has more nodes")
    );
}

#[test]
fn fragments_know_the_prefixes_around_them() {
    let options = Options {
        namespaces: vec![("p".to_owned(), "urn:p".to_owned()), (String::new(), "urn:d".to_owned())],
        ..Options::default()
    };
    let fragment = parse_fragment("text <p:a/><b/>", &options).unwrap();
    let names: Vec<_> = fragment
        .children(fragment.root())
        .filter_map(|node| fragment.name(node))
        .map(|name| (name.to_string(), name.namespace.to_string()))
        .collect();
    assert_eq!(
        names,
        [("p:a".to_owned(), "urn:p".to_owned()), ("b".to_owned(), "urn:d".to_owned())]
    );
    assert!(parse_fragment("<?xml version='1.0'?>", &options).is_err());
    assert!(parse_fragment("<a>", &options).is_err());
}
