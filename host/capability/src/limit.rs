//! The limits: one table, from which settings, plan, errors and documentation are made.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// What a limit counts, and so how it is written in settings and messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Milliseconds; written `1500ms`, `30s`, `5m`, or a bare number of milliseconds.
    Milliseconds,
    /// Bytes; written `64KiB`, `256MiB`, `1GiB`, or a bare number of bytes.
    Bytes,
    /// A plain number.
    Count,
}

/// Everything there is to know about one limit.
#[derive(Debug, Clone, Copy)]
pub struct LimitFacts {
    /// Which limit this is.
    pub name: LimitName,
    /// How it is spelled in settings, policies, plans and errors.
    pub key: &'static str,
    /// What it counts.
    pub unit: Unit,
    /// What holds when nobody says anything.
    pub default: u64,
    /// What it bounds, for people.
    pub bounds: &'static str,
    /// Why the default is what it is.
    pub why: &'static str,
}

macro_rules! limits {
    ($($variant:ident $key:literal $unit:ident $default:expr, $bounds:literal, $why:literal;)*) => {
        /// The name of a limit.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum LimitName {
            $(#[doc = $bounds] #[serde(rename = $key)] $variant,)*
        }

        /// Every limit, in the order in which documentation lists them.
        pub const LIMITS: &[LimitFacts] = &[
            $(LimitFacts {
                name: LimitName::$variant,
                key: $key,
                unit: Unit::$unit,
                default: $default,
                bounds: $bounds,
                why: $why,
            },)*
        ];
    };
}

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;
const GIB: u64 = 1024 * MIB;

limits! {
    WallTime "wall-time" Milliseconds 300_000,
        "how long a hook may take by the clock, waiting included",
        "five minutes: longer than any start-up check, shorter than a forgotten deployment";
    CpuTime "cpu-time" Milliseconds 60_000,
        "how much processor time a hook may use",
        "one minute: a thousand times what rendering configuration takes";
    Memory "memory" Bytes 256 * MIB,
        "linear memory of all of a hook's modules together",
        "the Python and JavaScript runtimes fit with room for data";
    TableElements "table-elements" Count 200_000,
        "elements of all of a hook's tables together",
        "the largest runtime we build needs a tenth of it";
    Instances "instances" Count 200,
        "core instances, memories and tables that a component may make",
        "a composed component has dozens";
    Stack "stack" Bytes 512 * KIB,
        "stack that WebAssembly code may use",
        "the engine's own default; deeper recursion is a mistake or an attack";
    OutputBytes "output-bytes" Bytes 4 * MIB,
        "what a hook may print on standard output and error together",
        "a log that people read is smaller";
    OutputLines "output-lines" Count 50_000,
        "lines that a hook may print",
        "a log that people read is shorter";
    LineBytes "line-bytes" Bytes 16 * KIB,
        "one printed line; the rest of a longer one is cut off and marked",
        "service messages with Base64 values fit";
    WrittenBytes "written-bytes" Bytes GIB,
        "what a hook may write into files, rewriting included",
        "more than configuring a package takes; a full disk stops everything on the machine";
    FilesCreated "files-created" Count 20_000,
        "files, folders and links that a hook may create",
        "inodes run out before bytes do";
    PathDepth "path-depth" Count 64,
        "parts of a path that a hook may name",
        "deeper trees defeat the tools that have to clean them up";
    OpenFiles "open-files" Count 64,
        "descriptors that a hook may hold at the same time",
        "with the engine's default one hook took every descriptor of the machine";
    ModuleSize "module-size" Bytes 32 * MIB,
        "a hook's module before it is compiled",
        "the largest language runtime we build is 18 MiB";
    CompileTime "compile-time" Milliseconds 120_000,
        "how long compiling one module may take by the clock",
        "the largest language runtime takes 30 seconds on a busy machine";
    CompileMemory "compile-memory" Bytes 4 * GIB,
        "address space of the process that compiles one module",
        "a hostile module of 2.7 MB took more than one gigabyte";
    OutputVariables "output-variables" Count 1_000,
        "output variables that a hook may set",
        "each of them is stored, recorded and handed to later hooks";
    OutputVariableBytes "output-variable-bytes" Bytes MIB,
        "the values of all output variables of a hook together",
        "they become environment variables of later hooks";
    Artifacts "artifacts" Count 100,
        "artifacts that a hook may hand in",
        "each of them is copied out of the enclosure";
    ArtifactSize "artifact-size" Bytes 256 * MIB,
        "one artifact",
        "it is copied to a place where operators keep it";
    HostCallsPerSecond "host-calls-per-second" Count 1_000_000,
        "calls out of WebAssembly in any one second",
        "the engine makes ten times as many; nobody needs a tenth";
    HttpRequests "http-requests" Count 100,
        "HTTP requests that a hook may ask for, refused ones included",
        "waiting for a service to start, asking every second, takes fewer";
    HttpTime "http-time" Milliseconds 30_000,
        "how long one HTTP request may take; one that takes longer fails, and the hook goes on",
        "what takes longer is not answered within a deployment's patience either";
    HttpBodyBytes "http-body-bytes" Bytes 8 * MIB,
        "the body of one HTTP request or response; a longer one fails, and the hook goes on",
        "calls to an API fit, downloads do not, and supervisor and worker hold it in memory";
}

impl LimitName {
    /// What the table says of this limit.
    #[must_use]
    pub fn facts(self) -> &'static LimitFacts {
        // The enum and the table come from the same macro rows, in the same order.
        &LIMITS[self as usize]
    }

    /// How it is spelled in settings, policies, plans and errors.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.facts().key
    }

    /// The limit that is spelled `key`.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        LIMITS.iter().find(|facts| facts.key == key).map(|facts| facts.name)
    }

    /// Reads a value in this limit's unit: `30s`, `256MiB`, `20000`.
    ///
    /// # Errors
    /// When the text is not a number with one of the unit's suffixes, or too large for 64 bits.
    pub fn parse_value(self, text: &str) -> Result<u64, InvalidLimit> {
        let invalid = || InvalidLimit { limit: self, text: text.to_owned() };
        let trimmed = text.trim();
        let digits_end = trimmed.find(|c: char| !c.is_ascii_digit()).unwrap_or(trimmed.len());
        let (digits, suffix) = trimmed.split_at(digits_end);
        let number: u64 = digits.parse().map_err(|_| invalid())?;
        let factor = match (self.facts().unit, suffix.trim_start()) {
            (_, "") => 1,
            (Unit::Milliseconds, "ms") => 1,
            (Unit::Milliseconds, "s") => 1_000,
            (Unit::Milliseconds, "m" | "min") => 60_000,
            (Unit::Bytes, "B") => 1,
            (Unit::Bytes, "KiB") => KIB,
            (Unit::Bytes, "MiB") => MIB,
            (Unit::Bytes, "GiB") => GIB,
            _ => return Err(invalid()),
        };
        number.checked_mul(factor).ok_or_else(invalid)
    }

    /// Writes a value in this limit's unit, as short as it can be read back.
    #[must_use]
    pub fn format_value(self, value: u64) -> String {
        let steps: &[(u64, &str)] = match self.facts().unit {
            Unit::Milliseconds => &[(60_000, "m"), (1_000, "s"), (1, "ms")],
            Unit::Bytes => &[(GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB"), (1, "B")],
            Unit::Count => &[(1, "")],
        };
        let (factor, suffix) = steps
            .iter()
            .find(|(factor, _)| value >= *factor && value.is_multiple_of(*factor))
            .or(steps.last())
            .copied()
            .unwrap_or((1, ""));
        format!("{}{suffix}", value / factor)
    }
}

impl fmt::Display for LimitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// A limit's value that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a value for the limit `{limit}`; write {}", example(*.limit))]
pub struct InvalidLimit {
    /// The limit that was to be set.
    pub limit: LimitName,
    /// What was written.
    pub text: String,
}

fn example(limit: LimitName) -> &'static str {
    match limit.facts().unit {
        Unit::Milliseconds => "a time like `500ms`, `30s` or `5m`",
        Unit::Bytes => "a size like `64KiB`, `256MiB` or `1GiB`",
        Unit::Count => "a whole number like `1000`",
    }
}

/// A value for every limit.
///
/// Serialised as a map from key to number (milliseconds, bytes or count); missing keys have the
/// default.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<LimitName, u64>", into = "BTreeMap<LimitName, u64>")]
pub struct Limits([u64; LIMITS.len()]);

impl Limits {
    /// The value of one limit, in the unit of [`LimitFacts::unit`].
    #[must_use]
    pub fn get(&self, name: LimitName) -> u64 {
        self.0[name as usize]
    }

    /// Sets a limit, whatever it was.
    pub fn set(&mut self, name: LimitName, value: u64) {
        self.0[name as usize] = value;
    }

    /// Lowers a limit; a higher value changes nothing. The tightest statement wins.
    pub fn tighten(&mut self, name: LimitName, value: u64) {
        let slot = &mut self.0[name as usize];
        *slot = (*slot).min(value);
    }

    /// Every limit with its value, in the table's order.
    pub fn iter(&self) -> impl Iterator<Item = (LimitName, u64)> + '_ {
        LIMITS.iter().map(|facts| (facts.name, self.get(facts.name)))
    }

    /// The limits that differ from the table's defaults.
    pub fn changed(&self) -> impl Iterator<Item = (LimitName, u64)> + '_ {
        self.iter().filter(|(name, value)| name.facts().default != *value)
    }
}

impl Default for Limits {
    fn default() -> Self {
        let mut values = [0; LIMITS.len()];
        for facts in LIMITS {
            values[facts.name as usize] = facts.default;
        }
        Self(values)
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.changed().map(|(n, v)| (n.key(), n.format_value(v)))).finish()
    }
}

impl From<BTreeMap<LimitName, u64>> for Limits {
    fn from(map: BTreeMap<LimitName, u64>) -> Self {
        let mut limits = Self::default();
        for (name, value) in map {
            limits.set(name, value);
        }
        limits
    }
}

impl From<Limits> for BTreeMap<LimitName, u64> {
    fn from(limits: Limits) -> Self {
        limits.iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_and_names_agree() {
        for (index, facts) in LIMITS.iter().enumerate() {
            assert_eq!(facts.name as usize, index, "{}", facts.key);
            assert_eq!(LimitName::from_key(facts.key), Some(facts.name));
            assert_eq!(serde_json::to_string(&facts.name).unwrap(), format!("\"{}\"", facts.key));
        }
    }

    #[test]
    fn every_default_can_be_written_and_read_back() {
        for facts in LIMITS {
            let text = facts.name.format_value(facts.default);
            assert_eq!(facts.name.parse_value(&text), Ok(facts.default), "{text}");
        }
    }

    #[test]
    fn values_have_the_units_of_their_limit() {
        assert_eq!(LimitName::WallTime.parse_value("30s"), Ok(30_000));
        assert_eq!(LimitName::Memory.parse_value(" 2GiB "), Ok(2 * GIB));
        for bad in ["", "s", "30 parsecs", "-1", "99999999999999999999", "18446744073709551615GiB"]
        {
            assert!(LimitName::Memory.parse_value(bad).is_err(), "{bad}");
        }
        let error = LimitName::Memory.parse_value("30s").unwrap_err().to_string();
        assert_eq!(
            error,
            "`30s` is not a value for the limit `memory`; write a size like `64KiB`, `256MiB` or `1GiB`"
        );
    }

    #[test]
    fn the_tightest_value_wins() {
        let mut limits = Limits::default();
        limits.tighten(LimitName::Memory, 64 * MIB);
        limits.tighten(LimitName::Memory, 128 * MIB);
        assert_eq!(limits.get(LimitName::Memory), 64 * MIB);
    }

    #[test]
    fn limits_survive_serialisation_and_missing_keys_are_defaults() {
        let mut limits = Limits::default();
        limits.set(LimitName::OpenFiles, 7);
        let json = serde_json::to_string(&limits).unwrap();
        assert_eq!(serde_json::from_str::<Limits>(&json).unwrap(), limits);
        assert_eq!(serde_json::from_str::<Limits>(r#"{"open-files":7}"#).unwrap(), limits);
        assert!(serde_json::from_str::<Limits>(r#"{"open-filez":7}"#).is_err());
    }
}
