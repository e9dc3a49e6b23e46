//! What holds for every pair of documents.

use cofferdam_hook_xml_transforms::xdt;
use cofferdam_xml::{Document, Options, parse};
use proptest::prelude::*;

/// Elements that look like configuration, nested, in somebody's layout.
fn elements(attributes: Vec<&'static str>) -> impl Strategy<Value = String> {
    let space = || {
        prop::sample::select(vec!["", " ", "\n  ", "\r\n\t", "text", "<!-- c -->", "<![CDATA[d]]>"])
    };
    let attributes = prop::collection::hash_set(prop::sample::select(attributes), 0..4);
    let name = prop::sample::select(vec!["a", "b", "p:c"]);
    let leaf =
        (space(), name, attributes.clone(), space()).prop_map(|(before, name, list, after)| {
            let list: String = list.into_iter().collect();
            format!("{before}<{name}{list}/>{after}")
        });
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let name = prop::sample::select(vec!["a", "b", "p:c"]);
        (name, attributes.clone(), prop::collection::vec(inner, 0..4)).prop_map(
            |(name, list, inner)| {
                let list: String = list.into_iter().collect();
                format!("<{name}{list}>{}</{name}>", inner.concat())
            },
        )
    })
}

fn source() -> impl Strategy<Value = String> {
    elements(vec![" x='1'", "\n  y = \"&lt;&#10;\"", " p:z='3'", "   v=''"])
        .prop_map(|inner| format!("<a xmlns:p='urn:p'>{inner}</a>"))
}

fn transform() -> impl Strategy<Value = String> {
    elements(vec![
        " x='1'",
        " w='2'",
        " q:z='4'",
        " t:Transform='Insert'",
        " t:Transform='Remove'",
        " t:Transform='RemoveAll'",
        " t:Transform='Replace'",
        " t:Transform='SetAttributes'",
        " t:Transform='SetAttributes(x,nope)'",
        " t:Transform='RemoveAttributes(x)'",
        " t:Transform='InsertBefore(/a/b)'",
        " t:Transform='InsertAfter(//b[1])'",
        " t:Transform='InsertIfMissing'",
        " t:Transform='CommentOut'",
        " t:Transform='SetTokenizedAttributes'",
        " t:Locator='Match(x)'",
        " t:Locator='Condition(1)'",
        " t:Locator='Condition(@x=)'",
        " t:Locator='XPath(//b)'",
        " t:Locator='XPath(//@x)'",
        " t:Locator='XPath(/)'",
    ])
    .prop_map(|inner| {
        format!(
            "<a xmlns:t='{}' xmlns:p='urn:p' xmlns:q='urn:q'>{inner}</a>",
            xdt::TRANSFORM_NAMESPACE
        )
    })
}

/// Some generated elements have two transforms, which is not well-formed: those do not count.
fn read(text: &str) -> Option<Document> {
    parse(text, &Options::default()).ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// No transform panics, and what is written can be read again.
    #[test]
    fn results_are_well_formed(source in source(), transform in transform()) {
        let (Some(source), Some(transform)) = (read(&source), read(&transform)) else {
            return Ok(());
        };
        let mut depth = 0_i32;
        let outcome = xdt::transform(source, transform, &mut |entry| match entry {
            xdt::Entry::Begin(_) => depth += 1,
            xdt::Entry::End(_) => depth -= 1,
            _ => {}
        });
        prop_assert_eq!(depth, 0);
        let Ok(outcome) = outcome else { return Ok(()) };
        if let (true, Ok(text)) = (outcome.has_root, outcome.text)
            && let Err(error) = parse(text.as_str(), &Options::default())
        {
            return Err(TestCaseError::fail(format!("{error}: {text}")));
        }
    }

    /// A transform without effect changes only how values are written.
    #[test]
    fn no_transform_no_change(text in source()) {
        let Some(source) = read(&text) else { return Ok(()) };
        let Some(transform) = read("<none/>") else { return Ok(()) };
        let expected = text
            .replace("x='1'", "x=\"1\"")
            .replace("p:z='3'", "p:z=\"3\"")
            .replace("v=''", "v=\"\"")
            .replace("y = \"&lt;&#10;\"", "y=\"&lt;&#xA;\"")
            .replace("xmlns:p='urn:p'", "xmlns:p=\"urn:p\"");
        let outcome = xdt::transform(source, transform, &mut |_| {});
        prop_assert_eq!(outcome.ok().and_then(|outcome| outcome.text.ok()), Some(expected));
    }
}
