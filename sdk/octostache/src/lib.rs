//! The `#{...}` template language of Octopus Deploy, as one pure-Rust crate.
//!
//! ```
//! use cofferdam_octostache::{Options, Variables};
//!
//! let mut variables = Variables::new();
//! variables.set("Server", Some("WEB01"));
//! variables.set("Url", Some("https://#{Server | ToLower}/"));
//! variables.set("Ports", Some("80,443"));
//!
//! let template = "#{each port in Ports}#{Url}:#{port} #{/each}#{Nope}";
//! let evaluation = variables.evaluate(template, &Options::default())?;
//! assert_eq!(evaluation.text.as_deref(), Some("https://web01/:80 https://web01/:443 #{Nope}"));
//! assert_eq!(evaluation.missing, ["#{Nope}"]);
//! # Ok::<(), cofferdam_octostache::Error>(())
//! ```
//!
//! It does what Octostache, the library inside Octopus, does (its newest version, with the
//! invariant culture unless told otherwise): the same results, the same echo of what cannot be
//! resolved, the same error texts. It opens no file, starts no thread, and builds for `wasm32`.
//!
//! # The language
//!
//! | write | to get |
//! |---|---|
//! | `#{Name}` `#{A.B[c].D}` | the value of a variable, itself evaluated |
//! | `#{A[#{B}]}` `#{A[*]}` | the index that another variable names; the first index |
//! | `#{Json.property[0]}` | a part of a value that is JSON |
//! | `#{Name \| ToLower \| Replace a "b c"}` | the value, filtered |
//! | `#{if A == "x"}..#{elseif B}..#{else}..#{/if}` | one of the bodies |
//! | `#{unless A}..#{else}..#{/unless}` | the opposite |
//! | `#{each x in A}#{x.Name}#{/each}` | the body for each index, JSON item, or part between commas |
//! | `#{calc (A + 1) * 2}` | arithmetic |
//! | `##{Name}` | the text `#{Name}` |
//!
//! False are the empty text, `0`, `no` and `false`; what does not exist is false, too. In an
//! `each` there are also `Octopus.Template.Each.Index` (from 0), `.First` and `.Last`.
//!
//! # The grammar
//!
//! Ordered choice (`/`) with full backtracking: the first alternative that matches counts. That is
//! why an unclosed `#{if A}` is no error but a variable called `if A`.
//!
//! ```text
//! template     := token*
//! token        := conditional / calculation / repetition / substitution / text
//! substitution := '#{' !'/' ws expression ws '}'
//! expression   := filterchain / symbol
//! filterchain  := symbol? ws ('|' ws word ws option*)+
//! option       := conditional / calculation / repetition / substitution
//!               / ws word ws / ws quoted ws
//! symbol       := identifier ( '.' identifier / '[' index ']' )*
//! index        := ws '#{' ws symbol ws '}' ws / ws anything with balanced brackets
//! conditional  := '#{' ws 'if' ws+ branch elseif* ['#{else}' template] '#{/if}'
//!               / '#{' ws 'unless' ws+ branch ['#{else}' template] '#{/unless}'
//! elseif       := '#{elseif' ws+ branch
//! branch       := condition '}' template     (which stops at '#{else}', that of an 'if' at
//!                                            '#{elseif ', too)
//! condition    := expression op (expression / quoted) / quoted op expression / expression
//! op           := '==' / '!='
//! repetition   := '#{' ws 'each' ws+ identifier 'in' ws+ symbol ws '}' template '#{/each}'
//! calculation  := '#{' ws 'calc' ws+ sum '}'
//! sum          := product (('+' / '-') product)*
//! product      := factor (('*' / '/') factor)*
//! factor       := ws ( '(' sum ')' / number / '{' ws symbol ws '}' / symbol ) ws
//! number       := digits ['.' digits] / '.' digits
//! identifier   := (letter / digit / ws / one of _-:/~()@)+      trimmed; ends in front of white
//!                                            space with 'in', '==' or '!=' and white space behind
//! word         := (letter / digit / one of _-:/~()@)+
//! quoted       := '"' anything but '"' and '#' '"' / '\"' anything '\"'
//! text         := anything else; '##{' stands for '#{'
//! ```
//!
//! The [syntax tree](ast) is public, and prints itself in canonical form.
//!
//! # What stops an evaluation
//!
//! Almost nothing: what cannot be resolved is echoed and [reported](Evaluation::missing).
//! [`Error`] is for circles of references, for filters that refuse their input as the original
//! does, and for [`Limits`].
//!
//! # Hostile templates and values
//!
//! No input overflows the stack of an evaluation: nesting, work and text are [limited](limits).
//! Parsing costs at most [`Limits::max_depth`] passes over the template, and memory of some 60
//! bytes for each byte of it where it is nothing but tokens (measured with `#{A}` a quarter of a
//! million times). The backtracking of all regular expressions together is bounded, too. What is not bounded
//! is how often an expression without any looks at the same text: `a.*b` in a long row of `a`
//! takes time by the square of its length, and there the host's clock is the limit.
//!
//! A value set with [`Variables::set_literal`] is never evaluated, whatever way it takes; and
//! [`Evaluation::used`] names every variable that had a part in a result.
//!
//! # Where it differs
//!
//! - A limit that is passed is an [`Error::Limit`]; the original goes on until the process dies.
//! - Regular expressions: no balancing groups, no conditions, no Unicode blocks.
//! - `Substring` and `Truncate` do not cut a character beyond the basic plane in two.
//! - Cultures: invariant and `en-US`.
//! - `Markdown` is CommonMark by another implementation; corner cases may look different.

mod argument_names;
pub mod ast;
mod binding;
mod clock;
mod dotnet;
mod echo;
mod error;
mod evaluate;
mod evaluation;
mod filter;
mod json;
pub mod limits;
mod name_map;
mod options;
mod parse;
mod source;
mod template;
mod variables;

pub use argument_names::argument_names;
pub use clock::Clock;
pub use error::{Error, Limit, Position};
pub use evaluation::{Evaluation, Step};
pub use filter::CustomFilters;
pub use limits::Limits;
pub use options::{Culture, Options};
pub use template::{parse_template, parse_template_leniently};
pub use variables::Variables;
