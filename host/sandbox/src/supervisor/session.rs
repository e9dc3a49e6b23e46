//! One run, from the worker's first message to its last.

use std::time::{Duration, Instant};

use cofferdam_capability::{Capability, Grant, LimitName};
use cofferdam_worker_protocol::{
    CHUNK_BYTES, Counters, Ending, Found, FromWorker, HttpHead, LineReader, PROTOCOL_VERSION,
    Refusal, ServiceMessage, StdoutReader, TaskFailure, ToWorker,
};

use super::account::{Account, Overrun};
use super::disk_watch::DiskWatch;
use super::exit::Exit;
use super::http::Requests;
use super::process::{Received, WorkerProcess};
use crate::{
    HookError, HookEvent, HookReport, Inputs, LogLevel, OutputStream, RequiredWalls, Walls,
};

/// How often a run looks whether it was cancelled, and at the disk.
const CANCEL_INTERVAL: Duration = Duration::from_millis(20);

/// How long a worker may take to end after its last message.
const FAREWELL: Duration = Duration::from_secs(2);

/// What a service message may have besides the value of an output variable.
const MESSAGE_OVERHEAD_BYTES: u64 = 16 * 1024;

/// Why listening stopped.
pub(super) enum Stop {
    /// The worker said how the hook ended.
    Ended(Ending, Counters),
    /// The worker said that the hook could not be run.
    Failed(TaskFailure),
    /// The worker closed the channel without a word.
    Gone,
    /// A limit that the supervisor enforces.
    Limit(LimitName),
    /// The caller cancelled.
    Cancelled,
    /// The worker cannot be understood or trusted.
    Untrusted(String),
    /// The walls are not what the operator requires.
    Walls(Walls),
}

/// One run, from the worker's first message to its last.
pub(super) struct Session<'a, 'b> {
    module: &'a str,
    grant: &'a Grant,
    inputs: Inputs<'b>,
    on_event: &'a mut dyn FnMut(HookEvent),
    required: RequiredWalls,
    /// When the caller asked for it, which a worker may have waited for.
    began: Instant,
    account: Account<'a>,
    disk: DiskWatch,
    stdout: StdoutReader,
    stderr: LineReader,
    level: LogLevel,
    walls: Option<Walls>,
    fail_reason: Option<String>,
    used: Vec<Capability>,
    read_environment: bool,
    http: Requests<'a>,
}

impl<'a, 'b> Session<'a, 'b> {
    /// A run of which nothing was heard yet.
    pub(super) fn new(
        module: &'a str,
        grant: &'a Grant,
        inputs: Inputs<'b>,
        on_event: &'a mut dyn FnMut(HookEvent),
        required: RequiredWalls,
        (began, disk): (Instant, DiskWatch),
    ) -> Self {
        Self {
            module,
            grant,
            inputs,
            on_event,
            required,
            began,
            account: Account::new(grant.limits()),
            disk,
            stdout: stdout_reader(grant),
            stderr: LineReader::new(line_bytes(grant)),
            level: LogLevel::Info,
            walls: None,
            fail_reason: None,
            used: Vec::new(),
            read_environment: false,
            http: Requests::new(grant),
        }
    }

    /// Takes messages until something ends the run.
    pub(super) fn listen(&mut self, worker: &mut WorkerProcess) -> std::io::Result<Stop> {
        let wall_limit = Duration::from_millis(self.grant.limits().get(LimitName::WallTime));
        let deadline = self.began.checked_add(wall_limit);
        loop {
            if self.inputs.cancel.is_cancelled() {
                return Ok(Stop::Cancelled);
            }
            let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Ok(Stop::Limit(LimitName::WallTime));
            }
            if let Some(limit) = self.disk.look() {
                return Ok(Stop::Limit(limit));
            }
            match worker.receive(left.unwrap_or(CANCEL_INTERVAL).min(CANCEL_INTERVAL))? {
                Received::Nothing => {}
                Received::Closed => return Ok(Stop::Gone),
                Received::Garbage(error) => return Ok(Stop::Untrusted(error.to_string())),
                Received::Message(message) => {
                    if let Some(stop) = self.take(message, deadline, worker)? {
                        return Ok(stop);
                    }
                }
            }
        }
    }

    /// Takes one message. Returns why to stop, when it is a reason.
    fn take(
        &mut self,
        message: FromWorker,
        deadline: Option<Instant>,
        worker: &mut WorkerProcess,
    ) -> std::io::Result<Option<Stop>> {
        let is_first = self.walls.is_none();
        let taken = match message {
            FromWorker::Failed(failure) => return Ok(Some(Stop::Failed(failure))),
            FromWorker::Ready { protocol, walls } if is_first => {
                if protocol != PROTOCOL_VERSION {
                    let what = format!("it speaks protocol {protocol}, not {PROTOCOL_VERSION}");
                    return Ok(Some(Stop::Untrusted(what)));
                }
                if walls.level() < self.required {
                    return Ok(Some(Stop::Walls(walls)));
                }
                self.walls = Some(walls.clone());
                (self.on_event)(HookEvent::Started { walls });
                Ok(())
            }
            _ if is_first => Err(Overrun::Worker("it did not say what its walls are")),
            FromWorker::Ended { ending, counters } => {
                return Ok(Some(Stop::Ended(ending, counters)));
            }
            FromWorker::Http(head) => self.carry_out(head, deadline, worker)?,
            other => self.hear(other),
        };
        Ok(match taken {
            Ok(()) => None,
            Err(Overrun::Limit(limit)) => Some(Stop::Limit(limit)),
            Err(Overrun::Worker(what)) => Some(Stop::Untrusted(what.to_owned())),
        })
    }

    /// Takes what a hook said.
    fn hear(&mut self, message: FromWorker) -> Result<(), Overrun> {
        match message {
            FromWorker::Stdout(bytes) | FromWorker::Stderr(bytes) if bytes.len() > CHUNK_BYTES => {
                Err(Overrun::Worker("it printed more at a time than workers do"))
            }
            FromWorker::Stdout(bytes) => {
                self.account.print(bytes.len())?;
                let mut found = Vec::new();
                self.stdout.read(&bytes, &mut |f| found.push(f));
                self.found(OutputStream::Stdout, found)
            }
            FromWorker::Stderr(bytes) => {
                self.account.print(bytes.len())?;
                let mut found = Vec::new();
                self.stderr.read(&bytes, &mut |f| found.push(f));
                self.found(OutputStream::Stderr, found)
            }
            FromWorker::Log { level, message } => {
                self.account.print(message.len())?;
                self.account.line()?;
                self.tell(HookEvent::Log { level, message })
            }
            FromWorker::Output { name, value, sensitive } => {
                self.meant(ServiceMessage::SetVariable { name, value, sensitive })
            }
            FromWorker::Artifact { path, name } => {
                self.meant(ServiceMessage::CreateArtifact { path, name })
            }
            FromWorker::Progress { percent, message } => {
                self.account.print(message.len())?;
                let percent = percent.min(100);
                self.meant(ServiceMessage::Progress { percent, message })
            }
            FromWorker::Mask(secret) => {
                self.account.print(secret.len())?;
                self.meant(ServiceMessage::Mask(secret))
            }
            FromWorker::FailReason(reason) => {
                self.account.print(reason.len())?;
                self.meant(ServiceMessage::ResultMessage(reason))
            }
            FromWorker::UsedVariable(index) => {
                let variable =
                    usize::try_from(index).ok().and_then(|i| self.inputs.variables.get(i));
                let Some(variable) = variable else {
                    return Err(Overrun::Worker("it used a variable that it was not given"));
                };
                self.used(Capability::Variable { name: variable.name.clone() })
            }
            FromWorker::UsedEnvironment => {
                self.read_environment = true;
                Ok(())
            }
            FromWorker::UsedFolder(index) => {
                let folders = &self.grant.terms().folders;
                let index = usize::try_from(index).ok().and_then(|index| index.checked_sub(1));
                let Some(folder) = index.and_then(|index| folders.get(index)) else {
                    return Err(Overrun::Worker("it used a folder that it was not given"));
                };
                let (host, access) = (folder.host.clone(), folder.access);
                self.used(Capability::Folder { host, access })
            }
            FromWorker::UsedClock => self.used(Capability::Clock(self.grant.terms().clock)),
            FromWorker::UsedRandom => self.used(Capability::Random(self.grant.terms().random)),
            FromWorker::HttpBody(part) if part.len() > CHUNK_BYTES => {
                Err(Overrun::Worker("it sent more at a time than workers do"))
            }
            FromWorker::HttpBody(part) => {
                self.account.http_body(self.http.body_bytes(), part.len())?;
                self.http.take_body(&part);
                Ok(())
            }
            FromWorker::Refused(Refusal { what, why }) => {
                self.account.refusal()?;
                self.account.print(what.len() + why.len())?;
                self.tell(HookEvent::Refused { what, why, capability: None })
            }
            FromWorker::Ready { .. }
            | FromWorker::Module { .. }
            | FromWorker::Code(_)
            | FromWorker::Done
            | FromWorker::Failed(_)
            | FromWorker::Ended { .. }
            | FromWorker::Http(_) => {
                Err(Overrun::Worker("it sent a message that has no place in a run"))
            }
        }
    }

    fn found(&mut self, stream: OutputStream, found: Vec<Found>) -> Result<(), Overrun> {
        for found in found {
            match found {
                Found::Line { text, truncated } => {
                    self.account.line()?;
                    let level = match stream {
                        OutputStream::Stdout => self.level,
                        OutputStream::Stderr => LogLevel::Info,
                    };
                    self.tell(HookEvent::Line { stream, level, text, truncated })?;
                }
                Found::Message(message) => self.meant(message)?,
            }
        }
        Ok(())
    }

    /// Does what a message means, printed or typed.
    fn meant(&mut self, message: ServiceMessage) -> Result<(), Overrun> {
        let is_blank = |text: &str| text.trim().is_empty();
        match message {
            ServiceMessage::SetVariable { name, .. } if is_blank(&name) => Ok(()),
            ServiceMessage::SetVariable { name, value, sensitive } => {
                self.account.output(&name, &value)?;
                self.tell(HookEvent::Output { name, value, sensitive })
            }
            ServiceMessage::CreateArtifact { path, name } if is_blank(&path) || is_blank(&name) => {
                Ok(())
            }
            ServiceMessage::CreateArtifact { path, name } => {
                self.account.artifact()?;
                self.tell(HookEvent::Artifact { path, name })
            }
            ServiceMessage::Level(level) => {
                self.level = level;
                Ok(())
            }
            ServiceMessage::Progress { percent, message } => {
                self.account.line()?;
                self.tell(HookEvent::Progress { percent, message })
            }
            ServiceMessage::ResultMessage(message) => {
                self.account.line()?;
                self.fail_reason = Some(message.clone());
                self.tell(HookEvent::FailReason { message })
            }
            ServiceMessage::Mask(value) if value.is_empty() => Ok(()),
            ServiceMessage::Mask(value) => {
                self.account.mask()?;
                self.tell(HookEvent::Mask { value })
            }
            ServiceMessage::Ignored => Ok(()),
            ServiceMessage::Unknown { name, attributes } => {
                self.account.line()?;
                self.tell(HookEvent::UnknownServiceMessage { name, attributes })
            }
        }
    }

    fn tell(&mut self, event: HookEvent) -> Result<(), Overrun> {
        (self.on_event)(event);
        Ok(())
    }

    /// Records the use of a capability, once.
    fn used(&mut self, capability: Capability) -> Result<(), Overrun> {
        if !self.used.contains(&capability) {
            self.used.push(capability.clone());
            (self.on_event)(HookEvent::Used { capability });
        }
        Ok(())
    }

    /// Has an HTTP request carried out, and sends the answer.
    fn carry_out(
        &mut self,
        head: HttpHead,
        deadline: Option<Instant>,
        worker: &mut WorkerProcess,
    ) -> std::io::Result<Result<(), Overrun>> {
        if let Err(overrun) = self.account.http_request() {
            return Ok(Err(overrun));
        }
        let broker = self.inputs.http.as_deref_mut();
        let mut events = Vec::new();
        let until = (&self.inputs.cancel, deadline);
        let (answer, body) = self.http.carry_out(head, broker, until, &mut events);
        for event in events {
            if let HookEvent::Used { capability } = &event
                && !self.used.contains(capability)
            {
                self.used.push(capability.clone());
            }
            (self.on_event)(event);
        }
        for part in body.chunks(CHUNK_BYTES) {
            // A worker that takes its time is ended when the hook's time is over.
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                return Ok(Ok(()));
            }
            worker.send(&ToWorker::HttpBody(part.to_vec()), &[])?;
        }
        worker.send(&ToWorker::Http(answer), &[])?;
        Ok(Ok(()))
    }

    /// Ends the worker, hands on what is left of its output, and says how the run ended.
    pub(super) fn conclude(
        mut self,
        mut worker: WorkerProcess,
        stop: Stop,
    ) -> Result<HookReport, HookError> {
        let exit = match &stop {
            Stop::Ended(..) | Stop::Failed(_) => farewell(&mut worker).clone(),
            // A worker that is ending has its exit status already, and one that only closed the
            // channel has nothing more to do.
            _ => worker.kill().clone(),
        };
        // The last, unfinished lines count as well; a limit that they reach changes nothing now.
        let mut rest = Vec::new();
        self.stdout.finish(&mut |f| rest.push(f));
        let _ = self.found(OutputStream::Stdout, std::mem::take(&mut rest));
        self.stderr.finish(&mut |f| rest.push(f));
        let _ = self.found(OutputStream::Stderr, rest);
        let report = self.report(&exit, &stop);
        let limits = self.grant.limits();
        let at_limit =
            |limit, report| HookError::Limit { limit, allowed: limits.get(limit), report };
        let reason = self.fail_reason;
        match stop {
            Stop::Ended(Ending::Exit(0), _) => Ok(*report),
            Stop::Ended(Ending::Exit(code), _) => Err(HookError::ExitCode { code, reason, report }),
            Stop::Ended(Ending::Trap(message), _) => {
                Err(HookError::Trap { message, reason, report })
            }
            Stop::Ended(Ending::Limit(limit), _) | Stop::Limit(limit) => {
                Err(at_limit(limit, report))
            }
            Stop::Ended(Ending::CodeUnusable(why), _) => {
                Err(HookError::ModuleUnusable { name: self.module.to_owned(), why })
            }
            Stop::Ended(Ending::NotGranted { what, why }, _) => {
                Err(HookError::NotGranted { what, why })
            }
            Stop::Failed(TaskFailure::Setup(message)) => Err(HookError::Setup { message }),
            Stop::Failed(failure) => Err(HookError::Protocol { what: format!("{failure:?}") }),
            Stop::Cancelled => Err(HookError::Cancelled),
            Stop::Untrusted(what) => Err(HookError::Protocol { what }),
            Stop::Walls(found) => Err(HookError::Walls { required: self.required, found }),
            Stop::Gone if exit.is_out_of_time(limits.get(LimitName::CpuTime)) => {
                Err(at_limit(LimitName::CpuTime, report))
            }
            Stop::Gone if exit.wrote_too_large_a_file() => {
                Err(at_limit(LimitName::WrittenBytes, report))
            }
            Stop::Gone => {
                Err(HookError::WorkerDied { signal: exit.signal, detail: exit.in_words(), report })
            }
        }
    }

    fn report(&self, exit: &Exit, stop: &Stop) -> Box<HookReport> {
        let (exit_code, counters) = match stop {
            Stop::Ended(Ending::Exit(code), counters) => (Some(*code), *counters),
            Stop::Ended(_, counters) => (None, *counters),
            _ => (None, Counters::default()),
        };
        let wall = self.began.elapsed();
        Box::new(HookReport {
            exit_code,
            wall_ms: u64::try_from(wall.as_millis()).unwrap_or(u64::MAX),
            cpu_ms: exit.cpu_ms,
            peak_memory_bytes: exit.peak_memory_bytes,
            written_bytes: counters.written_bytes,
            files_created: counters.files_created,
            host_calls: counters.host_calls,
            output_bytes: self.account.output_bytes(),
            walls: self.walls.clone().unwrap_or_default(),
            used: self.used.clone(),
            read_environment: self.read_environment,
            http: self.http.made().to_vec(),
        })
    }
}

/// Waits for a worker that has said its last word to end, and ends it when it does not.
fn farewell(worker: &mut WorkerProcess) -> &Exit {
    let deadline = Instant::now() + FAREWELL;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match worker.receive(left) {
            Ok(Received::Message(_)) if !left.is_zero() => {}
            _ => return worker.kill(),
        }
    }
}

fn line_bytes(grant: &Grant) -> usize {
    usize::try_from(grant.limits().get(LimitName::LineBytes)).unwrap_or(usize::MAX)
}

fn stdout_reader(grant: &Grant) -> StdoutReader {
    // Base64 makes four bytes of three.
    let value = grant.limits().get(LimitName::OutputVariableBytes) / 3 * 4;
    let message = value.saturating_add(MESSAGE_OVERHEAD_BYTES);
    StdoutReader::new(line_bytes(grant), usize::try_from(message).unwrap_or(usize::MAX))
}
