//! The cases, handed out to as many threads as may run hooks.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use cofferdam_conformance_cases::octostache::{self, compare};
use cofferdam_conformance_cases::steps::{self, Category, StepCase};
use cofferdam_conformance_cases::{Deviations, Difference};

use crate::error::RunError;
use crate::guest::CASES_PER_RUN;
use crate::results::{CaseResult, Results};
use crate::runner::Runner;

/// Everything that is to be run.
pub(crate) struct Cases {
    templates: Vec<octostache::Case>,
    steps: Vec<Box<dyn StepCase>>,
}

impl Cases {
    /// Reads the cases of some categories; of all when none is named.
    pub(crate) fn load(vectors: &Path, categories: &[String]) -> Result<Self, RunError> {
        let wanted = |category: Category| {
            categories.is_empty() || categories.iter().any(|name| name == category.name())
        };
        let mut templates = Vec::new();
        if wanted(Category::Octostache) {
            templates = octostache::all(vectors)?;
        }
        let mut steps = steps::all(vectors)?;
        steps.retain(|case| wanted(case.category()));
        if templates.is_empty() && steps.is_empty() {
            return Err(RunError::NoCases { path: vectors.to_owned() });
        }
        Ok(Self { templates, steps })
    }

    /// Whether there are cases of the template language.
    pub(crate) fn has_templates(&self) -> bool {
        !self.templates.is_empty()
    }

    /// Whether there are cases of a built-in hook.
    pub(crate) fn has_steps_of(&self, hook: &str) -> bool {
        self.steps.iter().any(|case| case.hook().name() == hook)
    }
}

/// What one thread does before it asks for more.
enum Task<'a> {
    Templates(&'a [octostache::Case]),
    Step(&'a dyn StepCase),
}

/// Runs all cases, `jobs` at a time.
pub(crate) fn run(
    cases: Cases,
    runner: &dyn Runner,
    deviations: &Deviations,
    jobs: usize,
) -> Results {
    let templates = cases.templates.chunks(CASES_PER_RUN).map(Task::Templates);
    let steps = cases.steps.iter().map(|case| Task::Step(&**case));
    let tasks: Vec<Task<'_>> = templates.chain(steps).collect();
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Vec<CaseResult>)>> = Mutex::default();
    thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(task) = tasks.get(number) else { return };
                    let results = one(task, runner, deviations);
                    done.lock()
                        .unwrap_or_else(|broken| broken.into_inner())
                        .push((number, results));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(|broken| broken.into_inner());
    done.sort_by_key(|(number, _)| *number);
    Results::new(done.into_iter().flat_map(|(_, results)| results).collect())
}

fn one(task: &Task<'_>, runner: &dyn Runner, deviations: &Deviations) -> Vec<CaseResult> {
    let start = Instant::now();
    let result = |category, id: &str, compared: Result<(), Difference>, time: Duration| {
        let verdict = deviations.judge(id, compared);
        CaseResult { category, id: id.to_owned(), verdict, time }
    };
    match task {
        Task::Step(case) => {
            let compared = runner.step(*case);
            vec![result(case.category(), case.id(), compared, start.elapsed())]
        }
        Task::Templates(cases) => {
            let outcomes = runner.templates(cases);
            let each = start.elapsed() / u32::try_from(cases.len()).unwrap_or(u32::MAX).max(1);
            let judge = |(case, outcome): (&octostache::Case, Result<_, Difference>)| {
                let compared = outcome.and_then(|outcome| compare(case, &outcome));
                let input = format!("{:?} with {:?}", case.template, case.variables);
                let compared = compared.map_err(|difference| difference.about(&input));
                result(Category::Octostache, &case.id, compared, each)
            };
            cases.iter().zip(outcomes).map(judge).collect()
        }
    }
}
