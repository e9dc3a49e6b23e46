//! Decides what a hook may do: Cedar policies in, grants with reasons out.
//!
//! An operator writes *statements* in [Cedar](https://docs.cedarpolicy.com), or tables in a TOML form
//! that compiles to Cedar. This crate reads them strictly, puts questions to them, and turns the
//! answers into a [`Grant`](cofferdam_capability::Grant): what one hook may do in one run, within
//! which limits, and by which statement. It is the only crate that issues grants. It does nothing
//! else: no deployment, no WebAssembly, no I/O but reading a policy file.
//!
//! ```
//! use cofferdam_policy::{Context, HookFacts, HookOrigin, PackageFacts, Policy, Source, Verdict,
//!     Wants};
//!
//! let policy = Policy::built_in().and(Source::cedar("site.cedar", r#"
//!     @id("site.migrations-read-the-password")
//!     @reason("migrations connect to the database")
//!     permit (
//!         principal in Stage::"PreDeploy",
//!         action == Action::"readSensitiveVariable",
//!         resource == Variable::"Db.Password"
//!     )
//!     when { principal.package == Package::"Acme.Web" };
//! "#))?;
//!
//! let hook = HookFacts {
//!     name: "PreDeploy.wasm".to_owned(),
//!     origin: HookOrigin::Package,
//!     stage: "PreDeploy".to_owned(),
//!     digest: format!("sha256:{}", "a".repeat(64)),
//!     size: 100_000,
//!     kind: "preview1-module".to_owned(),
//!     abilities: vec![],
//!     signers: vec![],
//!     package: PackageFacts { id: "Acme.Web".to_owned(), ..PackageFacts::default() },
//!     wants: Wants::default(),
//! };
//! let variables = vec![cofferdam_policy::VariableFacts {
//!     name: "Db.Password".to_owned(),
//!     sensitive: true,
//! }];
//! let context = Context { target: "web-01".to_owned(), variables, ..Context::default() };
//!
//! match policy.decide(&hook, &context) {
//!     Verdict::Granted(grant) => assert_eq!(grant.terms().variables[0].name, "Db.Password"),
//!     Verdict::Refused(refusal) => panic!("{refusal}"),
//! }
//! # Ok::<(), cofferdam_policy::PolicyError>(())
//! ```
//!
//! # How a decision comes about
//!
//! 1. **Statements in force.** Those of the *foundation* always (the hooks that ship with Cofferdam
//!    may run, read every variable, and stay deterministic); those of the *default* when the operator
//!    has no policy, or a TOML policy that does not say `base = "none"`; those of the operator's
//!    policy and settings. What no statement permits is refused; a `forbid` overrides every `permit`.
//! 2. **Questions.** Cedar answers yes or no to one request; it does not list what is permitted. So
//!    the requests are collected first: may the hook run; may it read each variable that is defined;
//!    may it have each thing that its [manifest](Manifest) wants; may it have each folder, origin,
//!    endpoint, action and environment variable that a permit names; may it have the real clock and
//!    real random numbers. A manifest that names one thing of a kind speaks for the kind: the hook is
//!    then given none that only a permit names. Wanting is asking, never getting.
//! 3. **Answers.** Each request is validated against the [schema](SCHEMA) and evaluated. A statement
//!    that cannot be evaluated makes the answer no, where Cedar alone would leave the statement out:
//!    a `forbid` that fails must not open a door.
//! 4. **Limits** are annotations, as `@limit_memory("64MiB")`, on permits of `runHook` or `setLimits`.
//!    The tightest of all satisfied permits that name a limit holds; where none does, the default
//!    does. So one annotation alone may also be *above* the default. `setLimits` permits nothing and
//!    exists so that lowering a limit does not mean letting a hook run.
//! 5. **Grant or refusal.** A hook that may not run is refused, and so is one that may not have what
//!    its manifest calls required. A [`Refusal`] names the statement, or the narrowest statement that
//!    would permit what was asked.
//!
//! # Speed
//!
//! A request is put to the statements that can have a say, found by action and by the one thing that
//! must hold first: resource, principal, or a leading comparison with a literal. `benches/decide.rs`
//! measures it, and a property test shows that it changes no answer.
//!
//! # For those who work on policies
//!
//! [`Policy::lints`] finds doubtful statements, [`Policy::explain`] says which statements decided and
//! which came near, [`CaseTable`] checks expectations, [`diff()`] compares two policies by what they
//! decide.

mod annotation;
mod answer;
mod ask;
mod candidates;
mod case_table;
mod cedar_text;
mod context;
mod diff;
mod exact;
mod explain;
mod expression;
mod facts;
mod folder_path;
mod judge;
mod lint;
mod load;
mod manifest;
mod near_miss;
mod part;
mod policy;
mod problem;
mod question;
mod reasons;
mod refuse;
mod scene;
mod scope;
mod slice;
mod smallest_permit;
mod source;
mod statement;
mod terms;
mod toml_compile;
mod toml_conditions;
mod toml_form;
mod toml_read;
mod toml_text;
mod toml_write;
mod variable_names;
mod verdict;
mod vocabulary;
mod wants;

pub use answer::Answer;
pub use case_table::{CaseOutcome, CaseTable};
pub use context::{Context, VariableFacts, WallsContext};
pub use diff::{Change, HookDiff, PolicyDiff, diff};
pub use exact::ExactHook;
pub use explain::{Explanation, HookExplanation};
pub use facts::{HookFacts, HookOrigin, PackageFacts, ProvenanceFacts};
pub use judge::{Judgement, WantOutcome};
pub use lint::{Lint, LintKind};
pub use manifest::{InvalidManifest, MAX_MANIFEST_BYTES, MAX_WANTS, Manifest};
pub use near_miss::NearMiss;
pub use policy::{Policy, StatementFacts};
pub use problem::{PolicyError, Problem};
pub use question::Question;
pub use source::{Place, Source, SourceBody};
pub use toml_compile::tables_to_cedar;
pub use toml_form::{BuilderTable, FolderTable, GrantTable, GrantTables, HttpTable, UnlessTable};
pub use toml_text::Texts;
pub use toml_write::tables_to_toml;
pub use verdict::{Refusal, Verdict};
pub use vocabulary::{CONFIGURATION_STAGE, SCHEMA, STAGES};
pub use wants::{Want, Wanted, Wants};
