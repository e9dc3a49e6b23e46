//! Who vouches for the package and for each hook: the signatures beside them, verified.

use std::path::Path;

use cofferdam_audit::{
    FoundSignature, SignatureVerdict, Signed, Trust, find_signatures, read_signatures,
    verify_bytes, verify_known_file,
};
use cofferdam_package::Sha256Digest;
use cofferdam_policy::ProvenanceFacts;
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

use super::discover::Found;
use super::signature::{PlannedProvenance, PlannedSignature, SignatureStanding};
use crate::PlanError;

/// Whose signatures count, and at which time.
#[derive(Clone, Copy)]
pub(super) struct Vouching<'a> {
    pub(super) trust: &'a Trust,
    pub(super) at: OffsetDateTime,
}

/// What vouches for one thing.
#[derive(Debug, Default)]
pub(super) struct Vouched {
    pub(super) signatures: Vec<PlannedSignature>,
    /// Each once, in order.
    pub(super) signers: Vec<String>,
    /// Each once, in order.
    pub(super) provenance: Vec<ProvenanceFacts>,
}

impl Vouching<'_> {
    /// Looks beside a package that was read to its end and has this digest.
    pub(super) fn of_package(
        self,
        path: &Path,
        sha256: &Sha256Digest,
    ) -> Result<Vouched, PlanError> {
        let mut vouched = Vouched::default();
        for file in find_signatures(path) {
            for found in read_signatures(&file)? {
                let verdict =
                    verify_known_file(path, *sha256.as_bytes(), &found.bytes, self.trust, self.at)?;
                vouched.add("the package", &found, verdict, None)?;
            }
        }
        Ok(vouched.in_order())
    }

    /// Looks at the signatures that were found with a hook.
    pub(super) fn of_hook(self, hook: &Found) -> Result<Vouched, PlanError> {
        let mut vouched = Vouched::default();
        let what = format!("the {} hook `{}`", hook.stage, hook.name);
        for found in &hook.signatures {
            let verdict = verify_bytes(&hook.bytes, Some(&found.bytes), self.trust, self.at);
            vouched.add(&what, found, verdict, Some(&hook.stage))?;
        }
        Ok(vouched.in_order())
    }
}

impl Vouched {
    fn add(
        &mut self,
        what: &str,
        found: &FoundSignature,
        verdict: SignatureVerdict,
        stage: Option<&str>,
    ) -> Result<(), PlanError> {
        let mut planned = PlannedSignature {
            file: found.name.clone(),
            sha256: hex::encode(Sha256::digest(&found.bytes)),
            standing: SignatureStanding::Good,
            words: verdict.to_string(),
            signers: Vec::new(),
            key: None,
            statement: None,
            provenance: None,
        };
        planned.standing = match verdict {
            SignatureVerdict::Good(signed) => {
                let standing = standing(&signed, stage, &mut planned)?;
                if standing == SignatureStanding::Good {
                    planned.signers = signed.names().map(str::to_owned).collect();
                }
                standing
            }
            SignatureVerdict::Stranger { .. } => SignatureStanding::Stranger,
            SignatureVerdict::NotYetValid { .. } => SignatureStanding::NotYetValid,
            SignatureVerdict::Expired { .. } => SignatureStanding::Expired,
            SignatureVerdict::WrongPurpose { .. } => SignatureStanding::WrongPurpose,
            // Somebody who is trusted signed something else under this name. Whatever policy says
            // of unsigned packages, this one is not what it is said to be.
            SignatureVerdict::Altered { .. } => {
                return Err(PlanError::Altered {
                    what: what.to_owned(),
                    signature: found.name.clone(),
                    verdict: planned.words,
                });
            }
            _ => SignatureStanding::Unreadable,
        };
        if let Some(build) = &planned.provenance {
            let facts = planned.signers.iter().map(|signer| ProvenanceFacts {
                builder: build.builder.clone(),
                signer: signer.clone(),
            });
            self.provenance.extend(facts);
        }
        self.signers.extend(planned.signers.iter().cloned());
        self.signatures.push(planned);
        Ok(())
    }

    fn in_order(mut self) -> Self {
        self.signers.sort_unstable();
        self.signers.dedup();
        self.provenance.sort_unstable();
        self.provenance.dedup();
        self
    }
}

/// What a right signature by a valid key is worth, with what is to be said of it.
fn standing(
    signed: &Signed,
    stage: Option<&str>,
    planned: &mut PlannedSignature,
) -> Result<SignatureStanding, PlanError> {
    let unreadable = |source| PlanError::Statement { signature: planned.file.clone(), source };
    let claim = signed.module_claim().map_err(unreadable)?;
    let provenance = signed.provenance().map_err(unreadable)?;
    planned.key = Some(signed.fingerprint.to_string());
    planned.statement = signed.statement.as_ref().map(|s| s.predicate_type.clone());
    if !signed.is_approval() {
        let kind = planned.statement.as_deref().unwrap_or_default();
        planned.words = format!("{}, a statement of type {kind} only", planned.words);
        return Ok(SignatureStanding::NoApproval);
    }
    if let (Some(claim), Some(stage)) = (claim, stage)
        && !claim.stages.iter().any(|allowed| allowed == stage)
    {
        let stages = claim.stages.join(", ");
        planned.words = format!("{}, for {stages} and not for {stage}", planned.words);
        return Ok(SignatureStanding::WrongStage);
    }
    if let Some(build) = provenance {
        planned.words = format!("{}, built by {}", planned.words, build.builder);
        planned.provenance = Some(PlannedProvenance {
            builder: build.builder,
            build_type: build.build_type,
            invocation: build.invocation,
        });
    }
    Ok(SignatureStanding::Good)
}
