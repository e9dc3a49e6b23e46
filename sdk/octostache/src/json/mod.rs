//! JSON as lenient as Newtonsoft reads it, for drilling into values: `#{Variable.property[0]}`.

mod date;
mod read;
mod value;
mod write;

pub(crate) use read::read;
pub(crate) use value::Json;
pub(crate) use write::write_string;
