//! Which part of a grant a hook did not use.

use cofferdam_capability::{Capability, ClockSource, Grant, RandomSource};
use cofferdam_sandbox::HookReport;

/// What was granted beyond the default and not used, as far as that can be known, in the order of the
/// grant's terms.
///
/// At which variables a hook looked cannot be known once it read its environment, where they stand
/// all together: they count as used then. Variables that are not sensitive are not looked at, since a
/// grant of those says little.
pub(crate) fn unused(grant: &Grant, report: &HookReport) -> Vec<Capability> {
    let terms = grant.terms();
    let mut granted: Vec<Capability> = Vec::new();
    let secrets = terms.variables.iter().filter(|variable| variable.sensitive);
    if !report.read_environment {
        granted.extend(secrets.map(|v| Capability::Variable { name: v.name.clone() }));
    }
    let folders = terms.folders.iter();
    granted.extend(folders.map(|f| Capability::Folder { host: f.host.clone(), access: f.access }));
    granted.extend(terms.http.iter().cloned().map(Capability::Http));
    granted.extend(terms.tcp.iter().cloned().map(Capability::Tcp));
    granted.extend(terms.actions.iter().map(|name| Capability::Action { name: name.clone() }));
    if !report.read_environment {
        let names = terms.environment.iter();
        granted.extend(names.map(|name| Capability::Environment { name: name.clone() }));
    }
    if terms.clock == ClockSource::Real {
        granted.push(Capability::Clock(ClockSource::Real));
    }
    if terms.random == RandomSource::Real {
        granted.push(Capability::Random(RandomSource::Real));
    }
    granted.retain(|capability| !report.used.iter().any(|used| is_same(capability, used)));
    granted
}

/// Whether a use is one of what was granted. A folder that may be written and was only read is used.
fn is_same(granted: &Capability, used: &Capability) -> bool {
    match (granted, used) {
        (Capability::Folder { host, .. }, Capability::Folder { host: used, .. }) => host == used,
        (Capability::Variable { name }, Capability::Variable { name: used }) => {
            name.to_lowercase() == used.to_lowercase()
        }
        _ => granted == used,
    }
}

#[cfg(test)]
mod tests {
    use cofferdam_capability::{Access, ExtraFolder, GrantTerms, VariableGrant};

    use super::*;

    fn grant() -> Grant {
        let variable = |name: &str, sensitive| VariableGrant { name: name.to_owned(), sensitive };
        let folder = |host: &str| ExtraFolder {
            host: host.into(),
            guest: host.to_owned(),
            access: Access::ReadWrite,
        };
        Grant::issue(
            GrantTerms {
                variables: vec![variable("Plain", false), variable("Secret", true)],
                folders: vec![folder("/srv/a"), folder("/srv/b")],
                environment: vec!["HTTPS_PROXY".to_owned()],
                clock: ClockSource::Real,
                ..GrantTerms::default()
            },
            vec![],
        )
    }

    fn unused_in_words(report: &HookReport) -> Vec<String> {
        unused(&grant(), report).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_was_not_used_is_named_but_for_what_is_granted_to_all() {
        let folder = Capability::Folder { host: "/srv/a".into(), access: Access::ReadOnly };
        let report = HookReport { used: vec![folder], ..HookReport::default() };
        assert_eq!(
            unused_in_words(&report),
            [
                "variable `Secret`",
                "folder `/srv/b` (read and write)",
                "environment variable `HTTPS_PROXY`",
                "the machine's clock",
            ]
        );
    }

    #[test]
    fn whoever_reads_the_environment_may_have_used_all_of_it() {
        let used = vec![Capability::Clock(ClockSource::Real)];
        let report = HookReport { used, read_environment: true, ..HookReport::default() };
        assert_eq!(
            unused_in_words(&report),
            ["folder `/srv/a` (read and write)", "folder `/srv/b` (read and write)"]
        );
        let secret = vec![Capability::Variable { name: "SECRET".to_owned() }];
        let report = HookReport { used: secret, ..HookReport::default() };
        assert!(!unused_in_words(&report).contains(&"variable `Secret`".to_owned()));
    }
}
