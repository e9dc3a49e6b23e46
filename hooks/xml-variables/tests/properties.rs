//! What holds for every configuration file.

use cofferdam_conformance_cases::steps::only_settings_differ;
use cofferdam_hook_xml_variables::replace;
use cofferdam_octostache::Variables;
use proptest::prelude::*;

/// A configuration file in somebody's hand.
fn configuration() -> impl Strategy<Value = String> {
    let space = || prop::sample::select(vec!["", " ", "\n  ", "\r\n\t", "<!-- c -->"]);
    let quote = prop::sample::select(vec!['"', '\'']);
    let close = prop::sample::select(vec!["/>", " />", "></add>", "\n></add>"]);
    let name = prop::sample::select(vec!["A", "b", "Other", "&#65;"]);
    let value = prop::option::of(prop::sample::select(vec!["", "x", "&lt;", "a > b", "\n"]));
    let add = (space(), name, quote, value, close).prop_map(|(space, name, q, value, close)| {
        let value = value.map_or_else(String::new, |value| format!("  value = {q}{value}{q}"));
        format!("{space}<add   key={q}{name}{q}{value}{close}")
    });
    let content = prop::sample::select(vec![
        "",
        "<value/>",
        "<value />",
        "<value a='1'>old</value>",
        "<value><![CDATA[x]]></value>",
        "text",
    ]);
    let setting = content.prop_map(|content| {
        format!("<setting name='A'\tserializeAs=\"String\">{content}</setting>")
    });
    let adds = prop::collection::vec(add, 0..6);
    let settings = prop::collection::vec(setting, 0..3);
    (adds, settings, space()).prop_map(|(adds, settings, space)| {
        format!(
            "<c>{space}<appSettings>{}</appSettings><applicationSettings>{}</applicationSettings>{space}</c>\r\n",
            adds.concat(),
            settings.concat()
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Nothing but values changes, and doing it again changes nothing.
    #[test]
    fn only_values_change(text in configuration(), value in "[ -~\u{e9}\n]{0,12}") {
        let mut variables = Variables::new();
        variables.set_literal("a", &value);
        variables.set_literal("B", "\u{20AC}");
        let once = replace(text.as_bytes(), &variables).unwrap();
        let after = once.bytes.unwrap_or_else(|| text.clone().into_bytes());
        if let Err(difference) = only_settings_differ(text.as_bytes(), &after) {
            return Err(TestCaseError::fail(difference.to_string()));
        }
        prop_assert_eq!(replace(&after, &variables).unwrap().bytes, None);
    }
}
