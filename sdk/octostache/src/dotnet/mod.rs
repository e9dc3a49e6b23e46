//! What .NET does with numbers, dates, regular expressions and URIs, as far as templates show it.
//!
//! Source of the behaviour: the documentation of .NET and observation of .NET Core 3.1.

pub(crate) mod calendar;
pub(crate) mod culture;
pub(crate) mod date_format;
pub(crate) mod date_parse;
pub(crate) mod number;
pub(crate) mod number_custom_format;
pub(crate) mod number_format;
pub(crate) mod text;
