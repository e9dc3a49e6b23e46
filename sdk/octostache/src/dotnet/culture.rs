//! The conventions of each culture, as one table.

use crate::Culture;

/// How a culture writes numbers and dates.
#[derive(Debug)]
pub(crate) struct Conventions {
    /// Digits behind the point of `F`, `N` and `P` where the format does not say.
    pub(crate) decimals: i32,
    pub(crate) currency_symbol: &'static str,
    /// Around the absolute amount of a negative sum, with the symbol at `¤`.
    pub(crate) negative_currency: (&'static str, &'static str),
    /// What stands between a number and its percent sign.
    pub(crate) percent_space: &'static str,
    pub(crate) positive_infinity: &'static str,
    pub(crate) negative_infinity: &'static str,
    /// `g` in a custom date format.
    pub(crate) era: &'static str,
    /// `d`
    pub(crate) short_date: &'static str,
    /// `D`
    pub(crate) long_date: &'static str,
    /// `t`
    pub(crate) short_time: &'static str,
    /// `T`
    pub(crate) long_time: &'static str,
    /// `m`
    pub(crate) month_day: &'static str,
    /// `y`
    pub(crate) year_month: &'static str,
}

const INVARIANT: Conventions = Conventions {
    decimals: 2,
    currency_symbol: "¤",
    negative_currency: ("(¤", ")"),
    percent_space: " ",
    positive_infinity: "Infinity",
    negative_infinity: "-Infinity",
    era: "A.D.",
    short_date: "MM/dd/yyyy",
    long_date: "dddd, dd MMMM yyyy",
    short_time: "HH:mm",
    long_time: "HH:mm:ss",
    month_day: "MMMM dd",
    year_month: "yyyy MMMM",
};

/// As ICU has it.
const ENGLISH_UNITED_STATES: Conventions = Conventions {
    decimals: 3,
    currency_symbol: "$",
    negative_currency: ("-¤", ""),
    percent_space: "",
    positive_infinity: "∞",
    negative_infinity: "-∞",
    era: "AD",
    short_date: "M/d/yyyy",
    long_date: "dddd, MMMM d, yyyy",
    short_time: "h:mm tt",
    long_time: "h:mm:ss tt",
    month_day: "MMMM d",
    year_month: "MMMM yyyy",
};

impl Culture {
    pub(crate) fn conventions(self) -> &'static Conventions {
        match self {
            Self::Invariant => &INVARIANT,
            Self::EnglishUnitedStates => &ENGLISH_UNITED_STATES,
        }
    }
}
