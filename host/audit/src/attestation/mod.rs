//! The attestation of a deployment: an in-toto statement, signed, that says what was done.

mod make;
mod predicate;
mod verify;

pub use make::{ATTESTATION_TYPE, Attestation, TREE_DIGEST_NAME};
pub use predicate::{
    Decision, DeploymentRecord, Engine, FileChange, FileChangeKind, HookRun, HostAction, LimitUse,
    Outcome, OutcomeStatus, OutputRecord, OutputValue, PolicyRecord, Reproduction, SignatureRecord,
    VariableDigest, Wall,
};
pub(crate) use verify::verify_envelope;
pub use verify::{AttestationFinding, AttestationVerdict, Expected, verify_attestation};
