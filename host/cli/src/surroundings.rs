//! What a deployment finds around it: sandbox, policy, trust, built-in hooks.

use std::borrow::Cow;
use std::sync::Arc;

use cofferdam_audit::Trust;
use cofferdam_capability::Limits;
use cofferdam_deployment::{BuiltInHooks, PlanKey, Services};
use cofferdam_http::{Authorities, Broker};
use cofferdam_policy::Policy;
use cofferdam_sandbox::{HttpBroker, Sandbox};

use crate::command::policy::policy_of;
use crate::command::sign::read_trust;
use crate::exit::Exit;
use crate::failure::{Failure, OrExit};
use crate::program_settings::{ProgramSettings, TrustSettings};
use crate::render::printable::printable;
use crate::sandbox_args::SandboxArgs;

/// What a deployment finds around it.
pub(crate) struct Surroundings {
    sandbox: Sandbox,
    policy: Policy,
    trust: Trust,
    plan_key: PlanKey,
    module_limits: Limits,
    http: Box<dyn Fn() -> Box<dyn HttpBroker>>,
}

/// The file in the cache folder that keys digests of variables in plans.
const PLAN_KEY_FILE: &str = "plan.key";

impl Surroundings {
    pub(crate) fn new(sandbox: &SandboxArgs, program: &ProgramSettings) -> Result<Self, Failure> {
        let cache_dir = sandbox.settings().cache_dir;
        let sandbox = sandbox.open()?;
        // Beside the compiled hooks and not in the root: planning leaves the root as it is.
        let plan_key =
            PlanKey::load_or_create(&cache_dir.join(PLAN_KEY_FILE)).or_exit(Exit::System)?;
        let authorities = Arc::new(Authorities::of_this_machine());
        Ok(Self {
            sandbox,
            policy: policy_of(program)?,
            trust: trust_of(&program.trust)?,
            plan_key,
            module_limits: program.module_limits(),
            http: Box::new(move || Box::new(Broker::new(authorities.clone()))),
        })
    }

    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    pub(crate) fn services(&self) -> Services<'_> {
        Services {
            runner: &self.sandbox,
            policy: &self.policy,
            trust: &self.trust,
            built_in: &EmbeddedHooks,
            module_limits: self.module_limits.clone(),
            plan_key: self.plan_key.clone(),
            http: Some(&*self.http),
        }
    }
}

/// Whose signatures count; lines of the file that cannot be used are told.
pub(crate) fn trust_of(settings: &TrustSettings) -> Result<Trust, Failure> {
    let trust = read_trust(settings.allowed_signers.as_deref(), &settings.keys)?;
    for line in trust.ignored_lines() {
        eprintln!("warning: of the allowed signers, {} is ignored", printable(line));
    }
    Ok(trust)
}

/// The hooks that the program carries.
struct EmbeddedHooks;

impl BuiltInHooks for EmbeddedHooks {
    fn configuration(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        cofferdam_built_in::find(name).map(|hook| Cow::Borrowed(hook.bytes))
    }
}
