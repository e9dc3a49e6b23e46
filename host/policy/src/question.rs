//! The questions that are asked of a policy.

use std::fmt;

use cedar_policy::EntityUid;
use cofferdam_capability::{Access, Endpoint, Origin};

use crate::vocabulary::{Action, uid};

/// One question about one hook, or about a package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// May the package be deployed?
    DeployPackage,
    /// May the hook run at all?
    RunHook,
    /// Which limits hold for it?
    SetLimits,
    /// May it read this variable?
    Variable {
        /// The variable's name as it is defined, or wanted.
        name: String,
        /// Whether its value is secret.
        sensitive: bool,
    },
    /// May it read, or write, this folder?
    Folder {
        /// The folder's path on the target, in its canonical spelling.
        host: String,
        /// [`Access::ReadOnly`] asks for reading, [`Access::ReadWrite`] for writing only; a hook
        /// that wants both asks both.
        access: Access,
    },
    /// May it make requests of this method to this origin?
    Http {
        /// The origin.
        origin: Origin,
        /// The method, in upper case.
        method: String,
    },
    /// May it connect to this endpoint?
    Tcp(Endpoint),
    /// May it request this host action?
    Action {
        /// The action's name.
        name: String,
    },
    /// May it read this environment variable?
    Environment {
        /// The exact name.
        name: String,
    },
    /// May it read the machine's clock?
    RealClock,
    /// May it read the machine's random numbers?
    RealRandom,
}

impl Question {
    /// What Cedar calls it.
    pub(crate) fn action(&self) -> Action {
        match self {
            Self::DeployPackage => Action::DeployPackage,
            Self::RunHook => Action::RunHook,
            Self::SetLimits => Action::SetLimits,
            Self::Variable { sensitive: false, .. } => Action::ReadVariable,
            Self::Variable { sensitive: true, .. } => Action::ReadSensitiveVariable,
            Self::Folder { access: Access::ReadOnly, .. } => Action::ReadFolder,
            Self::Folder { access: Access::ReadWrite, .. } => Action::WriteFolder,
            Self::Http { .. } => Action::HttpRequest,
            Self::Tcp(_) => Action::TcpConnect,
            Self::Action { .. } => Action::HostRequest,
            Self::Environment { .. } => Action::ReadEnvironment,
            Self::RealClock => Action::ReadClock,
            Self::RealRandom => Action::ReadRandom,
        }
    }

    /// What it is about, in a deployment of `package` to `target`.
    pub(crate) fn resource(&self, package: &str, target: &str) -> EntityUid {
        let id = match self {
            Self::DeployPackage => package.to_owned(),
            Self::RunHook | Self::SetLimits => target.to_owned(),
            Self::Variable { name, .. } => name.to_lowercase(),
            Self::Folder { host, .. } => host.clone(),
            Self::Http { origin, .. } => origin.to_string(),
            Self::Tcp(endpoint) => endpoint.to_string(),
            Self::Action { name } | Self::Environment { name } => name.clone(),
            Self::RealClock | Self::RealRandom => "real".to_owned(),
        };
        uid(self.action().resource_type(), &id)
    }
}

impl Question {
    /// For a question of which there are many: the verb for several of them, and the name that this
    /// one is about. "read these variables" and "Db.Host".
    pub(crate) fn verb_and_name(&self) -> Option<(&'static str, String)> {
        Some(match self {
            Self::DeployPackage
            | Self::RunHook
            | Self::SetLimits
            | Self::RealClock
            | Self::RealRandom => return None,
            Self::Variable { name, sensitive: false } => ("read these variables", name.clone()),
            Self::Variable { name, sensitive: true } => {
                ("read these sensitive variables", name.clone())
            }
            Self::Folder { host, access: Access::ReadOnly } => ("read these folders", host.clone()),
            Self::Folder { host, access: Access::ReadWrite } => {
                ("write to these folders", host.clone())
            }
            Self::Http { origin, method } => {
                ("send these HTTP requests", format!("{method} to {origin}"))
            }
            Self::Tcp(endpoint) => ("connect to these endpoints", endpoint.to_string()),
            Self::Action { name } => ("request these host actions", name.clone()),
            Self::Environment { name } => ("read these environment variables", name.clone()),
        })
    }
}

impl fmt::Display for Question {
    /// Writes what is asked as a verb: "read the variable `Db.Host`".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DeployPackage => f.write_str("be deployed"),
            Self::RunHook => f.write_str("run"),
            Self::SetLimits => f.write_str("have other limits than the default ones"),
            Self::Variable { name, sensitive: false } => write!(f, "read the variable `{name}`"),
            Self::Variable { name, sensitive: true } => {
                write!(f, "read the sensitive variable `{name}`")
            }
            Self::Folder { host, access: Access::ReadOnly } => {
                write!(f, "read the folder `{host}`")
            }
            Self::Folder { host, access: Access::ReadWrite } => {
                write!(f, "write to the folder `{host}`")
            }
            Self::Http { origin, method } => write!(f, "send {method} requests to {origin}"),
            Self::Tcp(endpoint) => write!(f, "connect to {endpoint}"),
            Self::Action { name } => write!(f, "request the host action `{name}`"),
            Self::Environment { name } => write!(f, "read the environment variable `{name}`"),
            Self::RealClock => f.write_str("read the machine's clock"),
            Self::RealRandom => f.write_str("read the machine's random numbers"),
        }
    }
}
