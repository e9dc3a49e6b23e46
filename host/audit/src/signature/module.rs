//! What the author of a module signs: its bytes, the stages it is for, and the world it expects.
//!
//! A signature over the bytes alone would let a good module be run where it does harm: a cleanup
//! hook that is meant for `PostDeploy` as a `PreDeploy` hook, say.

use serde::{Deserialize, Serialize};

use super::{Envelope, ResourceDescriptor, SignatureError, Statement};
use crate::key::SigningKey;
use crate::merkle::Hash;

/// The predicate type of a module claim.
pub const MODULE_TYPE: &str = "https://cofferdam.dev/attestation/module/v1";

/// The predicate: where the module may be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModuleClaim {
    /// The stages that it may run at, such as `PreDeploy`; sorted, each once.
    pub stages: Vec<String>,
    /// The WIT world that it was made for, such as `cofferdam:hook/hook@1.0.0`, or
    /// `wasi:cli/command@0.2.0`, or `wasi_snapshot_preview1` for a core module.
    pub world: String,
}

/// Signs the bytes of a module together with what it may be used for.
///
/// # Errors
/// [`SignatureError`] when the claim has no canonical form.
pub fn sign_module(
    name: &str,
    bytes: &[u8],
    claim: &ModuleClaim,
    key: &SigningKey,
) -> Result<Envelope, SignatureError> {
    let mut claim = claim.clone();
    claim.stages.sort_unstable();
    claim.stages.dedup();
    let subject = ResourceDescriptor::new(name, "sha256", &Hash::of(bytes).to_string());
    Ok(Envelope::sign(&Statement::new(vec![subject], MODULE_TYPE, claim), key)?)
}
