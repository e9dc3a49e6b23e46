//! What callers rely on beyond the original's cases: literal values, used names, the trace, the
//! clock, custom filters.

#![expect(clippy::expect_used, reason = "the functions that tests share may fail like tests")]

use cofferdam_octostache::{Clock, Options, Variables};

fn variables(pairs: &[(&str, &str)]) -> Variables {
    pairs.iter().map(|(name, value)| (*name, Some(*value))).collect()
}

fn text(variables: &Variables, template: &str) -> String {
    let evaluation = variables.evaluate(template, &Options::default()).expect("it evaluates");
    evaluation.text.expect("a text")
}

#[test]
fn a_variable_set_again_keeps_its_place_and_spelling() {
    let mut variables = variables(&[("One", "1"), ("Two", "2")]);
    variables.set("ONE", Some("#{Two}"));
    variables.set("Three", None);
    assert_eq!(variables.names().collect::<Vec<_>>(), ["One", "Two", "Three"]);
    assert_eq!(variables.get("one").unwrap().as_deref(), Some("2"));
    assert_eq!(text(&variables, "#{One}#{Three}"), "2");
    assert!(variables.contains("three") && variables.get_raw("three").is_none());
}

#[test]
fn a_value_set_again_is_not_remembered() {
    let mut variables = variables(&[("A", "#{B}"), ("B", "1"), ("J", r##"{"x":"#{B}","y":5}"##)]);
    assert_eq!(text(&variables, "#{A}#{J.x}#{J.y}"), "115");
    variables.set("A", Some("#{B}!"));
    variables.set("B", Some("2"));
    variables.set("j", Some(r#"{"x":3}"#));
    assert_eq!(text(&variables, "#{A}#{J.x}"), "2!3");
}

#[test]
fn literal_values_are_never_evaluated() {
    let mut variables = variables(&[
        ("Secret", "hunter2"),
        ("Passed", "#{Hook}"),
        ("List", "#{Hook},x"),
        ("Json", "{\"a\":\"#{Hook | JsonEscape}\"}"),
        ("Filtered", "#{Hook | Append \"\"}"),
    ]);
    variables.set_literal("Hook", "#{Secret}");
    variables.set_literal("HookList", "#{Secret},#{Secret}");
    variables.set_literal("HookJson", "{\"a\":\"#{Secret}\",\"b\":[\"#{Secret}\"]}");
    variables.set_literal("HookNested", "{\"a\":\"{\\\"b\\\":\\\"#{Secret}\\\"}\"}");
    for template in [
        "#{Hook}",
        "#{Passed}",
        "#{each x in Hook}#{x}#{/each}",
        "#{each x in List}#{x}#{/each}",
        "#{each x in HookList}#{x}#{/each}",
        "#{each x in HookJson}#{x}#{x.Key}#{x.Value}#{/each}",
        "#{each x in HookJson.b}#{x}#{/each}",
        "#{HookJson}",
        "#{HookJson.a}",
        "#{HookJson.b[0]}",
        "#{HookNested.a}",
        "#{HookNested.a.b}",
        "#{Json.a}",
        "#{Json}",
        "#{Filtered}",
        "#{Hook | Append #{Hook}}",
        "#{Passed | Replace x y}",
        "#{if Hook == \"#\"}#{else}#{Hook}#{/if}",
    ] {
        let result = variables.evaluate(template, &Options::default()).unwrap();
        let text = result.text.unwrap();
        assert!(!text.contains("hunter2"), "{template} gave {text}");
        assert!(!result.used.contains("Secret"), "{template} read the secret");
    }
    assert_eq!(text(&variables, "#{HookJson.b[0]}|#{Passed}"), "#{Secret}|#{Secret}");
    assert_eq!(variables.get("Hook").unwrap().as_deref(), Some("#{Secret}"));
}

#[test]
fn a_literal_name_cannot_stop_the_others() {
    let mut variables = variables(&[("A", "1")]);
    variables.set_literal("A[#{A}]", "2");
    assert_eq!(text(&variables, "#{A}"), "1");
}

#[test]
fn every_variable_that_was_read_is_named() {
    let variables = variables(&[
        ("A", "#{B}"),
        ("B", "b"),
        ("Flag", "true"),
        ("Index", "x"),
        ("List[x].Name", "n"),
        ("Json", "{\"k\":\"#{Inner}\"}"),
        ("Inner", "i"),
        ("Items", "p,q"),
        ("Number", "2"),
        ("Unread", "u"),
        ("Elsewhere", "#{Unread}"),
    ]);
    for (template, expected) in [
        ("plain", vec![]),
        ("#{a}", vec!["A", "B"]),
        ("#{if Flag}#{else}#{Unread}#{/if}", vec!["Flag"]),
        ("#{if \"b\" == B}#{/if}", vec!["B"]),
        ("#{List[#{Index}].Name}", vec!["Index", "List[x].Name"]),
        ("#{Json.k}", vec!["Inner", "Json"]),
        ("#{Json.missing}", vec!["Inner", "Json"]),
        ("#{each i in Items}-#{/each}", vec!["Items"]),
        ("#{Nope | Append #{B}}", vec!["B"]),
        ("#{calc Number+1}", vec!["Number"]),
        ("#{Flag | NoSuchFilter}", vec!["Flag"]),
        ("#{each x in List}#{x}#{/each}", vec![]),
        ("#{each x in List}#{x.Name}#{/each}", vec!["List[x].Name"]),
    ] {
        let result = variables.evaluate(template, &Options::default()).unwrap();
        assert_eq!(result.used.iter().collect::<Vec<_>>(), expected, "{template}");
    }
}

#[test]
fn the_trace_tells_where_values_come_from() {
    let variables = variables(&[("Url", "http://#{Host | ToLower}"), ("Host", "WEB")]);
    let options = Options { trace: true, ..Options::default() };
    let result = variables.evaluate("#{Url}#{Nope}", &options).unwrap();
    let steps: Vec<_> = result
        .trace
        .iter()
        .map(|step| (step.expression.as_str(), step.source.as_str(), step.value.as_deref()))
        .collect();
    assert_eq!(
        steps,
        [
            ("Host", "variable Host", Some("WEB")),
            ("| ToLower", "filter", Some("web")),
            ("Url", "variable Url", Some("http://web")),
            ("Nope", "not found", None),
        ]
    );
    assert!(result.trace[0].depth > result.trace[2].depth);
}

#[test]
fn the_clock_is_the_callers() {
    let clock =
        Clock::Fixed { unix_nanoseconds: 1_600_000_000_123_456_700, utc_offset_minutes: 120 };
    let options = Options { clock, ..Options::default() };
    let now = |template: &str| Variables::new().evaluate(template, &options).unwrap().text.unwrap();
    assert_eq!(now("#{ | NowDateUtc}"), "2020-09-13T12:26:40.1234567Z");
    assert_eq!(now("#{ | NowDate}"), "2020-09-13T14:26:40.1234567");
    assert_eq!(now("#{ | NowDate \"HH zzz\"}"), "14 +02:00");
    assert_eq!(now("#{ | NowDate | Format DateTimeOffset zz}"), "+02");
}

#[test]
fn custom_filters_are_asked_last_and_not_inside_values() {
    let variables = variables(&[("A", "x"), ("Nested", "#{A | Shout}")]);
    let mut options = Options::default();
    options.custom_filters.add("shout", |argument, _| Some(format!("{}!", argument?)));
    options.custom_filters.add("ToUpper", |_, options| Some(options.concat()));
    let text = |template: &str| variables.evaluate(template, &options).unwrap().text.unwrap();
    assert_eq!(text("#{A | SHOUT}"), "x!");
    assert_eq!(text("#{A | ToUpper}"), "X");
    assert_eq!(text("#{A | ToUpper mine}"), "mine");
    assert_eq!(text("#{Nested}"), "#{A | Shout}");
}

#[test]
fn one_set_of_variables_serves_many_threads() {
    let variables = variables(&[("A", "#{B.c}"), ("B", "{c:'#{D}'}"), ("D", "d")]);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(text(&variables, "#{A}#{each x in B}#{x}#{/each}"), "dc"));
        }
    });
}

#[test]
fn parse_errors_have_a_place() {
    let error = cofferdam_octostache::argument_names("a\n  é😀#{b} #{c$}").unwrap_err();
    let cofferdam_octostache::Error::Parse { position, message } = error else { panic!("{error}") };
    assert_eq!((position.offset, position.line, position.column), (15, 2, 11));
    assert!(message.starts_with("Parsing failure: unexpected '#'"));
}

#[test]
fn an_object_with_an_integer_beyond_64_bits_cannot_be_iterated() {
    let variables = variables(&[("J", r#"{"a":1,"big":12345678901234567890123}"#)]);
    assert_eq!(text(&variables, "#{J.a}"), "1");
    for template in ["#{J.big}", "#{each x in J}#{x}#{/each}"] {
        let result = variables.evaluate(template, &Options::default());
        assert!(
            matches!(result, Err(cofferdam_octostache::Error::JsonIntegerTooLarge { .. })),
            "{result:?}"
        );
    }
}
