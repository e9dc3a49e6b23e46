//! Run one WebAssembly command under exactly the capabilities it was granted, behind two walls.

mod cache;
mod cancel;
mod digest;
mod enclosure;
mod engine;
mod error;
mod event;
mod http;
mod inputs;
mod inspect;
mod lockdown;
mod module;
mod protocol;
mod report;
mod sandbox;
mod settings;
mod supervisor;
#[cfg(feature = "test-switches")]
mod test_switches;
mod walls;
mod worker;

pub use cancel::CancelToken;
pub use digest::{Digest, InvalidDigest};
pub use enclosure::{Enclosure, EnclosureError};
pub use engine::EngineFacts;
pub use error::{CacheError, HookError, PrepareError, SandboxError};
pub use event::{HookEvent, LogLevel, OutputStream};
pub use http::{HttpBroker, HttpRefusal, HttpRequest, HttpResponse, MAX_HTTP_BODY_BYTES};
pub use inputs::{DeploymentFacts, HookVariable, Inputs};
pub use module::{Import, ImportedAbility, Module, ModuleFacts, ModuleKind, ModuleSource};
#[doc(hidden)]
pub use protocol::fuzz_decode_from_worker;
pub use report::HookReport;
pub use sandbox::Sandbox;
pub use settings::SandboxSettings;
#[doc(hidden)]
pub use supervisor::fuzz_service_messages;
#[cfg(feature = "test-switches")]
pub use test_switches::TestSwitches;
pub use walls::{RequiredWalls, UserIds, Walls};
pub use worker::run_if_worker;
