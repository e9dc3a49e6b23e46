//! A hook that is run by itself: what policy is asked about it.

use std::path::Path;

use cofferdam_audit::Trust;
use cofferdam_policy::{HookFacts, Manifest, PackageFacts};
use cofferdam_sandbox::ModuleFacts;
use time::OffsetDateTime;

use super::discover::{Found, signatures_beside};
use super::signature::PlannedSignature;
use super::survey::{hook_facts, wants};
use super::vouch::Vouching;
use crate::{HookSource, PlanError, Stage};

/// What policy is asked about the module in the file `path` as a hook of a package that nobody knows:
/// who vouches for it at this time, by the signatures beside it, and what it wants, by its own manifest. The
/// signatures come with it, whatever they are worth.
///
/// # Errors
/// As those of a plan: a signature by a trusted key over something else, a manifest or a signature that
/// cannot be read.
pub fn survey_hook(
    (path, bytes): (&Path, &[u8]),
    stage: Stage,
    module: &ModuleFacts,
    trust: &Trust,
    at: OffsetDateTime,
) -> Result<(HookFacts, Vec<PlannedSignature>), PlanError> {
    let found = Found {
        stage: stage.to_string(),
        source: HookSource::Package,
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        bytes: bytes.to_vec(),
        signatures: signatures_beside(path)?,
    };
    let vouched = Vouching { trust, at }.of_hook(&found)?;
    let wants = wants(&found, module, &Manifest::default())?;
    let mut facts = hook_facts(&found, module, &PackageFacts::default(), wants);
    facts.signers = vouched.signers;
    Ok((facts, vouched.signatures))
}
