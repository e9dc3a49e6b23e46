//! JSON as configuration files have it: with comments, trailing commas and the other liberties of Newtonsoft's reader.

mod fragment;
mod number;
mod reader;
mod replace;
mod string;

pub(crate) use replace::replace;
