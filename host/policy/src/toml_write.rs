//! Writes tables of the TOML form as people would.

use toml::{Table, Value};

use crate::toml_form::GrantTables;

/// A policy of these tables and nothing else (`base = "none"`), in the TOML form. What is not said is left
/// out, and lists have an item a line.
#[must_use]
pub fn tables_to_toml(tables: &GrantTables) -> String {
    // Texts, lists and tables with text keys always serialise.
    let mut table = Table::try_from(tables).unwrap_or_default();
    prune(&mut table);
    let body = toml::to_string_pretty(&table).unwrap_or_default();
    format!("base = \"none\"\n\n{body}")
}

/// Takes out what says nothing: empty lists and tables, and `false`.
fn prune(table: &mut Table) {
    table.retain(|_, value| match value {
        Value::Boolean(said) => *said,
        Value::Table(inner) => {
            prune(inner);
            !inner.is_empty()
        }
        Value::Array(items) => {
            items.iter_mut().filter_map(Value::as_table_mut).for_each(prune);
            !items.is_empty()
        }
        _ => true,
    });
}
