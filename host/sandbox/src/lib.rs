//! Run one WebAssembly command under exactly the capabilities it was granted, behind two walls.

mod cancel;
mod digest;
mod enclosure;
mod engine_facts;
mod error;
mod event;
mod http;
mod inputs;
mod module;
mod report;
mod sandbox;
mod settings;
#[cfg(feature = "test-switches")]
mod test_switches;
mod walls;

pub use cancel::CancelToken;
pub use digest::{Digest, InvalidDigest};
pub use enclosure::{Enclosure, EnclosureError};
pub use engine_facts::EngineFacts;
pub use error::{CacheError, HookError, PrepareError, SandboxError};
pub use event::{HookEvent, LogLevel, OutputStream};
pub use http::{HttpBroker, HttpRefusal, HttpRequest, HttpResponse, MAX_HTTP_BODY_BYTES};
pub use inputs::{DeploymentFacts, HookVariable, Inputs};
pub use module::{Import, ImportedAbility, Module, ModuleFacts, ModuleKind, ModuleSource};
pub use report::HookReport;
pub use sandbox::{Sandbox, run_if_worker};
pub use settings::SandboxSettings;
#[cfg(feature = "test-switches")]
pub use test_switches::TestSwitches;
pub use walls::{RequiredWalls, UserIds, Walls};
