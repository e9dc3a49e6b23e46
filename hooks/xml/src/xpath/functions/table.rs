//! The table of functions: names, how many arguments, which dialect.

use super::{booleans, nodes, numbers, patterns, sequences, strings};
use crate::xpath::Dialect;
use crate::xpath::evaluate::{Evaluator, Focus, Items};
use crate::xpath::value::Item;

/// The evaluated arguments and the focus, to a result.
pub(in crate::xpath) type Body = fn(&mut Evaluator<'_>, Vec<Vec<Item>>, Focus<'_>) -> Items;

/// One function.
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// The least number of arguments.
    pub min: usize,
    /// The greatest number of arguments; `usize::MAX` for any.
    pub max: usize,
    /// The oldest dialect that has it.
    pub since: Dialect,
    /// Whether the result is always a boolean.
    pub gives_boolean: bool,
    pub(in crate::xpath) call: Body,
}

impl Function {
    pub(in crate::xpath) fn takes(&self, arguments: usize) -> bool {
        (self.min..=self.max).contains(&arguments)
    }

    /// How many arguments it takes, in words.
    pub(in crate::xpath) fn arity(&self) -> String {
        match (self.min, self.max) {
            (min, max) if min == max => min.to_string(),
            (min, usize::MAX) => format!("at least {min}"),
            (min, max) => format!("{min} to {max}"),
        }
    }
}

pub(in crate::xpath) fn find(name: &str, dialect: Dialect) -> Option<&'static Function> {
    TABLE
        .iter()
        .find(|each| each.name == name)
        .filter(|each| dialect == Dialect::XPath2 || each.since == Dialect::XPath1)
}

const ANY: usize = usize::MAX;

const fn v1(name: &'static str, min: usize, max: usize, call: Body) -> Function {
    Function { name, min, max, since: Dialect::XPath1, gives_boolean: false, call }
}

const fn v2(name: &'static str, min: usize, max: usize, call: Body) -> Function {
    Function { name, min, max, since: Dialect::XPath2, gives_boolean: false, call }
}

const fn boolean(function: Function) -> Function {
    Function { gives_boolean: true, ..function }
}

/// All functions.
pub static TABLE: [Function; 61] = [
    // XPath 1.0, 4.1: node sets
    v1("last", 0, 0, sequences::last),
    v1("position", 0, 0, sequences::position),
    v1("count", 1, 1, sequences::count),
    v1("id", 1, 1, nodes::id),
    v1("local-name", 0, 1, nodes::local_name),
    v1("namespace-uri", 0, 1, nodes::namespace_uri),
    v1("name", 0, 1, nodes::name),
    // 4.2: strings
    v1("string", 0, 1, strings::string),
    v1("concat", 2, ANY, strings::concat),
    boolean(v1("starts-with", 2, 2, strings::starts_with)),
    boolean(v1("contains", 2, 2, strings::contains)),
    v1("substring-before", 2, 2, strings::substring_before),
    v1("substring-after", 2, 2, strings::substring_after),
    v1("substring", 2, 3, strings::substring),
    v1("string-length", 0, 1, strings::string_length),
    v1("normalize-space", 0, 1, strings::normalize_space),
    v1("translate", 3, 3, strings::translate),
    // 4.3: booleans
    boolean(v1("boolean", 1, 1, booleans::boolean)),
    boolean(v1("not", 1, 1, booleans::not)),
    boolean(v1("true", 0, 0, booleans::truth)),
    boolean(v1("false", 0, 0, booleans::falsehood)),
    boolean(v1("lang", 1, 1, nodes::lang)),
    // 4.4: numbers
    v1("number", 0, 1, numbers::number),
    v1("sum", 1, 1, numbers::sum),
    v1("floor", 1, 1, numbers::floor),
    v1("ceiling", 1, 1, numbers::ceiling),
    v1("round", 1, 1, numbers::round),
    // XPath 2.0: strings
    v2("upper-case", 1, 1, strings::upper_case),
    v2("lower-case", 1, 1, strings::lower_case),
    boolean(v2("ends-with", 2, 2, strings::ends_with)),
    boolean(v2("matches", 2, 3, patterns::matches)),
    v2("replace", 3, 4, patterns::replace),
    v2("tokenize", 2, 3, patterns::tokenize),
    v2("string-join", 1, 2, strings::string_join),
    v2("compare", 2, 2, strings::compare),
    v2("codepoint-equal", 2, 2, strings::codepoint_equal),
    v2("string-to-codepoints", 1, 1, strings::string_to_codepoints),
    v2("codepoints-to-string", 1, 1, strings::codepoints_to_string),
    v2("encode-for-uri", 1, 1, strings::encode_for_uri),
    // sequences
    boolean(v2("exists", 1, 1, sequences::exists)),
    boolean(v2("empty", 1, 1, sequences::empty)),
    v2("distinct-values", 1, 1, sequences::distinct_values),
    v2("reverse", 1, 1, sequences::reverse),
    v2("subsequence", 2, 3, sequences::subsequence),
    v2("index-of", 2, 2, sequences::index_of),
    v2("insert-before", 3, 3, sequences::insert_before),
    v2("remove", 2, 2, sequences::remove),
    v2("data", 1, 1, sequences::data),
    v2("zero-or-one", 1, 1, sequences::zero_or_one),
    v2("one-or-more", 1, 1, sequences::one_or_more),
    v2("exactly-one", 1, 1, sequences::exactly_one),
    v2("unordered", 1, 1, sequences::unordered),
    // numbers
    v2("abs", 1, 1, numbers::abs),
    v2("avg", 1, 1, numbers::avg),
    v2("min", 1, 1, numbers::min),
    v2("max", 1, 1, numbers::max),
    v2("round-half-to-even", 1, 1, numbers::round_half_to_even),
    // nodes
    v2("root", 0, 1, nodes::root),
    v2("node-name", 1, 1, nodes::name),
    boolean(v2("nilled", 1, 1, nodes::nilled)),
    v2("in-scope-prefixes", 1, 1, nodes::in_scope_prefixes),
];
