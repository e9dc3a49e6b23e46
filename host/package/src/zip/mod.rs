//! Zip packages: their directory, their layout, their content, and what is special in a `.nupkg`.

mod bytes;
mod central;
mod content;
mod end_record;
mod extra;
mod feed;
mod layout;
mod nuspec;
mod read;
mod survey;
mod window;

pub(crate) use nuspec::identity;
pub(crate) use read::read;
