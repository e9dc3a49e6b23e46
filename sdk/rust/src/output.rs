//! Output variables: values for later hooks, and for whoever started the deployment.

/// Sets an output variable. The last value of a name counts; a blank name is ignored.
pub fn set(name: impl AsRef<str>, value: impl AsRef<str>) {
    crate::channel::set_output(name.as_ref(), value.as_ref(), false);
}

/// Sets an output variable whose value is secret: it is masked in everything that leaves the
/// target.
pub fn set_sensitive(name: impl AsRef<str>, value: impl AsRef<str>) {
    crate::channel::set_output(name.as_ref(), value.as_ref(), true);
}
