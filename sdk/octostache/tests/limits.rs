//! Hostile templates and values: each ends with a typed error that names the limit (or with a
//! result), on a small stack, and leaves the variables usable.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the functions that tests share may fail like tests"
)]

use std::fmt::Write;

use cofferdam_octostache::{Error, Evaluation, Limit, Limits, Options, Variables};

/// The stack that every limit is made for: the smallest that a WASM host usually gives. Code that is
/// not optimised needs twice as much.
const STACK_BYTES: usize = if cfg!(debug_assertions) { 1024 } else { 512 } * 1024;
/// Large enough that anything worse than linear would not end today.
const MANY: usize = 100_000;

/// Evaluates on a small stack, then checks that the variables still work.
fn evaluate_with(
    variables: &[(&str, String)],
    template: &str,
    options: Options,
) -> Result<Evaluation, Error> {
    let mut set = Variables::new();
    for (name, value) in variables {
        set.set(name, Some(value));
    }
    std::thread::scope(|scope| {
        let small = std::thread::Builder::new().stack_size(STACK_BYTES);
        let run = small.spawn_scoped(scope, || {
            let result = set.evaluate(template, &options);
            set.set("Afterwards", Some("works"));
            assert_eq!(set.get("Afterwards").unwrap().as_deref(), Some("works"));
            result
        });
        run.expect("a thread starts").join().expect("no panic")
    })
}

fn evaluate(variables: &[(&str, String)], template: &str) -> Result<Evaluation, Error> {
    evaluate_with(variables, template, Options::default())
}

fn lenient() -> Options {
    Options { halt_on_error: false, ..Options::default() }
}

#[track_caller]
fn assert_limit(result: Result<Evaluation, Error>, expected: Limit) {
    match result {
        Err(Error::Limit { limit, .. }) => assert_eq!(limit, expected),
        other => panic!("expected {expected:?}, got {:?}", other.map(|e| e.error)),
    }
}

#[test]
fn unclosed_blocks() {
    for opening in ["#{if A}", "#{unless A}", "#{each a in A}", "#{if A}#{elseif A}"] {
        assert_limit(evaluate(&[], &opening.repeat(MANY)), Limit::Depth);
        assert_limit(evaluate_with(&[], &opening.repeat(MANY), lenient()), Limit::Depth);
    }
}

#[test]
fn nested_blocks() {
    let deep = "#{if A}".repeat(MANY) + &"#{/if}".repeat(MANY);
    assert_limit(evaluate(&[], &deep), Limit::Depth);
}

#[test]
fn nested_tokens_of_every_kind() {
    for (opening, closing) in [
        ("#{A[", "]}"),
        ("#{A[#{", "}]}"),
        ("#{A | Append ", "}"),
        ("#{if A | Append ", "}#{/if}"),
        ("#{calc (", ")}"),
    ] {
        let deep = opening.repeat(MANY) + "1" + &closing.repeat(MANY);
        for options in [Options::default(), lenient()] {
            // Some of these are no templates at all, which is as good as a limit.
            match evaluate_with(&[], &deep, options) {
                Err(Error::Limit { limit: Limit::Depth, .. }) => {}
                Ok(evaluation) => assert!(evaluation.text.is_some_and(|text| !text.is_empty())),
                Err(other) => panic!("{opening}: {other}"),
            }
        }
    }
    let deep = format!("#{{calc {}1{}}}", "(".repeat(MANY), ")".repeat(MANY));
    assert_limit(evaluate(&[], &deep), Limit::Depth);
    let deep = format!("#{{{}A{}}}", "A[#{".repeat(MANY), "}]".repeat(MANY));
    assert_limit(evaluate(&[], &deep), Limit::Depth);
    let deep = "#{A | Append ".repeat(MANY) + "x" + &"}".repeat(MANY);
    assert_limit(evaluate(&[], &deep), Limit::Depth);
}

#[test]
fn the_deepest_that_is_allowed() {
    let depth = Limits::default().max_depth;
    let value = "#{if A}".repeat(depth - 1) + "#{A}" + &"#{/if}".repeat(depth - 1);
    let result = evaluate(&[("A", "yes".to_owned())], &value);
    assert_eq!(result.unwrap().text.as_deref(), Some("yes"));
    // The worst for the stack: levels of everything that nests, at the end of a long chain.
    let half = depth / 2;
    let value = "#{if A | Append ".repeat(half - 2) + "#{A}" + &"}#{/if}".repeat(half - 2);
    let names: Vec<String> = (0..half).map(|n| format!("V{n}")).collect();
    let mut variables = vec![("Deep", value), ("A", "yes".to_owned())];
    for n in 0..half {
        let next = names.get(n + 1).map_or("Deep", String::as_str);
        variables.push((&names[n], format!("#{{if A}}#{{{next} | Append x}}#{{/if}}")));
    }
    match evaluate(&variables, "#{V0}") {
        Ok(_) | Err(Error::Limit { limit: Limit::Depth, .. }) => {}
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn long_texts() {
    let plain = "all work and no play # makes } jack { a dull boy\n".repeat(220_000);
    assert_eq!(evaluate(&[], &plain).unwrap().text.as_deref(), Some(plain.as_str()));
    let tokens = "#{A}##{B} ".repeat(MANY);
    let result = evaluate(&[("A", "1".to_owned())], &tokens).unwrap();
    assert_eq!(result.text.unwrap(), "1#{B} ".repeat(MANY));
}

#[test]
fn text_that_only_starts_like_tokens() {
    for piece in ["#{", "#{a[", "#{a | b \\\"", "#{a[#{", "#{calc (", "#{/if}", "##{#{", "#{a|"] {
        let text = piece.repeat(MANY);
        let result = evaluate_with(&[], &text, lenient());
        match result {
            Ok(evaluation) => assert!(evaluation.text.is_some()),
            Err(Error::Limit { limit: Limit::Depth, .. }) => {}
            Err(other) => panic!("{piece}: {other}"),
        }
    }
}

#[test]
fn values_that_double() {
    let mut variables = vec![("V0".to_owned(), "0123456789".to_owned())];
    for n in 1..50 {
        variables.push((format!("V{n}"), format!("#{{V{0}}}#{{V{0}}}", n - 1)));
    }
    let variables: Vec<_> = variables.iter().map(|(n, v)| (n.as_str(), v.clone())).collect();
    assert_limit(evaluate(&variables, "#{V49}"), Limit::OutputBytes);
}

#[test]
fn loops_in_loops() {
    let list = vec!["x"; 100].join(",");
    let template = "#{each a in L}".repeat(20) + "x" + &"#{/each}".repeat(20);
    assert_limit(evaluate(&[("L", list)], &template), Limit::Steps);
    let long = vec!["x"; MANY].join(",");
    let template = "#{each a in L}#{each b in L}#{L}#{/each}#{/each}";
    assert_limit(evaluate(&[("L", long)], template), Limit::OutputBytes);
}

#[test]
fn circles_and_long_chains() {
    let circle = [("A", "#{B}".to_owned()), ("B", "#{C}".to_owned()), ("C", "#{A}".to_owned())];
    let Err(Error::Recursion { chain, .. }) = evaluate(&circle, "x#{A}") else {
        panic!("a circle")
    };
    assert_eq!(chain, ["A", "B", "C", "A", "B"]);
    let names: Vec<String> = (0..1000).map(|n| format!("V{n}")).collect();
    let variables: Vec<_> =
        (0..1000).map(|n| (names[n].as_str(), format!("#{{V{}}}", n + 1))).collect();
    assert_limit(evaluate(&variables, "#{V0}"), Limit::Depth);
}

#[test]
fn deep_and_long_json() {
    let deep = "[".repeat(MANY) + &"]".repeat(MANY);
    let result = evaluate(&[("J", deep)], "#{J[0]}").unwrap();
    assert_eq!(result.missing, ["#{J[0]}"]);
    let mut long = String::from("{");
    for n in 0..MANY {
        write!(long, "\"p{n}\":{n},").unwrap();
    }
    long.push('}');
    let template: String = (0..1000).map(|n| format!("#{{J.p{n}}},")).collect();
    let result = evaluate(&[("J", long)], &template).unwrap();
    assert!(result.text.unwrap().ends_with(",998,999,"));
}

#[test]
fn json_that_refers_to_itself() {
    let mut json = String::from("{");
    for n in 0..40 {
        write!(json, "\"p{n}\":\"#{{J.p{}}}#{{J.p{}}}\",", n + 1, n + 2).unwrap();
    }
    json.push('}');
    match evaluate(&[("J", json)], "#{J.p0}") {
        Err(Error::Limit { .. } | Error::Recursion { .. }) | Ok(_) => {}
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn names_of_any_depth() {
    let dotted = vec!["a"; MANY].join(".");
    let indexed = format!("a{}", "[x]".repeat(MANY));
    let brackets = format!("b{}", "[".repeat(MANY) + &"]".repeat(MANY));
    let variables = [
        (dotted.as_str(), "1".to_owned()),
        (indexed.as_str(), "2".to_owned()),
        (brackets.as_str(), "3".to_owned()),
    ];
    let template = format!("#{{{dotted}}}#{{{indexed}}}#{{{brackets}}}");
    assert_eq!(evaluate(&variables, &template).unwrap().text.as_deref(), Some("123"));
}

#[test]
fn filters_that_blow_up() {
    let lines = "\n".repeat(MANY);
    let wide = "x".repeat(10_000);
    let bomb = [("Lines", lines), ("Wide", wide)];
    assert_limit(evaluate(&bomb, "#{Lines | Indent #{Wide}}"), Limit::OutputBytes);
    assert_limit(evaluate(&bomb, "#{Lines | Replace \"\" #{Wide}}"), Limit::OutputBytes);
    assert_limit(evaluate(&bomb, "#{Lines | Replace \"\\n\" \"$_\"}"), Limit::OutputBytes);
    let years = [("Date", "2030-05-22".to_owned()), ("Y", "y".repeat(MANY))];
    assert!(evaluate(&years, "#{Date | Format Date #{Y}}").is_ok());
    let number = [("N", "1.5".to_owned()), ("F", "0".repeat(MANY) + "%,,.#" + &"‰".repeat(MANY))];
    assert!(evaluate(&number, "#{N | Format #{F}}").is_ok());
}

#[test]
fn expressions_that_backtrack() {
    let text = [("T", "a".repeat(64) + "!")];
    assert_limit(evaluate(&text, "#{T | Match \"^(?:(a+)+\\1)+$\"}"), Limit::RegexBacktracking);
    let result = evaluate(&text, "#{T | Match \"(((a{1000}){1000}){1000}){1000}\"}");
    assert!(matches!(result, Err(Error::InvalidRegex { .. })));
    let deep = [("T", "a".to_owned()), ("P", "(".repeat(MANY) + &")".repeat(MANY))];
    assert!(matches!(evaluate(&deep, "#{T | Match #{P}}"), Err(Error::InvalidRegex { .. })));
}

#[test]
fn expressions_that_backtrack_a_little_for_each_of_many_matches() {
    // Each match takes some thousand steps back, each of which compares some thousand bytes.
    let long = [("T", "a".repeat(4_000))];
    assert_limit(evaluate(&long, r#"#{T | Replace "(a*)\1b|a" x}"#), Limit::RegexBacktracking);
    let short = [("T", "a".repeat(100))];
    let three = r#"#{T | Replace "(a*)\1b|a" x | Replace "x(?=x)" y | Replace "y$|x" ""}"#;
    let expected = "y".repeat(99);
    assert_eq!(evaluate(&short, three).unwrap().text.as_deref(), Some(&*expected));
}

#[test]
fn work_grows_with_the_input_not_with_its_square() {
    let variables = Variables::from_iter([
        ("Name", Some("value")),
        ("List", Some("a,b,c,d")),
        ("Json", Some(r#"{"a":[1,{"b":"x"}]}"#)),
        ("Url", Some("http://#{Name}/#{Json.a[0]}")),
    ]);
    let pieces = [
        "text ",
        "#{Name}",
        "#{Nope}",
        "#{Url | ToUpper}",
        "#{if Name == \"value\"}yes#{else}no#{/if}",
        "#{each x in List}#{x},#{/each}",
        "#{calc 1 + 2}",
        "##{Name}",
    ];
    for piece in pieces {
        let [few, many] = [100, 1_000].map(|times| steps(&variables, &piece.repeat(times)));
        assert!(many <= few * 12, "{piece}: {few} steps for 100, {many} for 1,000");
    }
    let listing = |count: usize| {
        let mut variables = Variables::new();
        let list: Vec<String> = (0..count).map(|item| item.to_string()).collect();
        variables.set("Long", Some(&list.join(",")));
        steps(&variables, "#{each x in Long}#{x | Append a}#{/each}")
    };
    let (few, many) = (listing(100), listing(1_000));
    assert!(many <= few * 12, "{few} steps for 100 items, {many} for 1,000");
}

/// How many steps an evaluation takes: the least limit that it passes.
fn steps(variables: &Variables, template: &str) -> u64 {
    let passes = |max_steps| {
        let limits = Limits { max_steps, ..Limits::default() };
        variables.evaluate(template, &Options { limits, ..Options::default() }).is_ok()
    };
    let (mut fails, mut enough) = (0, Limits::default().max_steps);
    assert!(passes(enough));
    while enough - fails > 1 + enough / 100 {
        let middle = fails.midpoint(enough);
        if passes(middle) { enough = middle } else { fails = middle }
    }
    enough
}

#[test]
fn markdown_that_nests() {
    for piece in ["> ", "* ", "[", "![", "**a ", "<div>", "`", "| a ", "~~", "^", "(", "\\"] {
        let text = [("T", piece.repeat(MANY / 10))];
        match evaluate(&text, "#{T | Markdown}") {
            Ok(_) | Err(Error::Limit { .. }) => {}
            Err(other) => panic!("{piece}: {other}"),
        }
    }
}

#[test]
fn limits_are_the_callers() {
    let variables = Variables::from_iter([("A", Some("0123456789"))]);
    let limits = Limits { max_output_bytes: 50, ..Limits::default() };
    let mut options = Options { limits, ..Options::default() };
    assert!(variables.evaluate("#{A}", &options).is_ok());
    assert_limit(variables.evaluate("#{A}#{A}#{A}", &options), Limit::OutputBytes);
    options.limits = Limits { max_steps: 5, ..Limits::default() };
    assert_limit(variables.evaluate("#{A}#{A}#{A}", &options), Limit::Steps);
}
