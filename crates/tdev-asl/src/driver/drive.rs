//! The loop of one execution: apply, keep, then perform.

mod open;

use std::sync::Arc;

use tokio::sync::mpsc;

use super::calls::{Answered, Call, Calls};
use super::handle::{Acknowledge, Command, Commands, Handle, HandleError};
use super::options::ExecutionOptions;
use super::run::{EngineError, Outcome};
use super::task::{TaskFailure, TaskHandler};
use super::timetable::Timetable;
use crate::dataset;
use crate::definition::StateMachine;
use crate::execution::{Effect, Ending, Execution, Job, Record};
use crate::history::HistoryEvent;

/// After this many rounds without waiting, other tasks of the runtime get their turn.
const PATIENCE: u32 = 256;

pub(super) struct Driver {
    machine: Arc<StateMachine>,
    handler: Arc<dyn TaskHandler>,
    options: ExecutionOptions,
    execution: Execution,
    /// Records kept so far.
    seq: u64,
    history: Vec<HistoryEvent>,
    calls: Calls,
    timers: Timetable,
    commands: Option<Commands>,
    /// Inputs that have come and are not applied yet.
    inbox: Vec<Input>,
    waiting: Vec<Acknowledge>,
}

impl Driver {
    pub(super) fn new(
        machine: Arc<StateMachine>,
        handler: Arc<dyn TaskHandler>,
        mut options: ExecutionOptions,
    ) -> Self {
        let setting = Arc::new(options.setting());
        let execution = Execution::new(Arc::clone(&machine), setting);
        Self {
            machine,
            handler,
            commands: options.handle.as_ref().and_then(Handle::take),
            options,
            execution,
            seq: 0,
            history: Vec::new(),
            calls: Calls::default(),
            timers: Timetable::default(),
            inbox: Vec::new(),
            waiting: Vec::new(),
        }
    }

    fn keep_history(&mut self) {
        if self.options.keep_history {
            self.history.append(&mut self.execution.events);
        } else {
            self.execution.events.clear();
        }
    }

    pub(super) async fn work(&mut self) -> Result<(), EngineError> {
        let mut rounds = 0;
        while self.execution.ending().is_none() {
            let more = self.execution.has_more();
            if self.inbox.is_empty() && !more {
                self.wait().await?;
                rounds = 0;
            } else if more || rounds == PATIENCE {
                self.glance().await;
                rounds = 0;
            }
            rounds += 1;
            self.commit().await?;
            self.perform();
        }
        Ok(())
    }

    /// Lets others run, and takes in what must not wait for a pause that may never come.
    async fn glance(&mut self) {
        tokio::task::yield_now().await;
        while let Some(Ok(command)) = self
            .commands
            .as_mut()
            .map(mpsc::UnboundedReceiver::try_recv)
        {
            self.obey(*command);
        }
        self.ring();
    }

    /// Takes in every timer that is due, so that they are kept in one append.
    fn ring(&mut self) {
        let at = self.options.clock.now();
        while let Some(timer) = self.timers.due(at) {
            self.inbox.push(Record::TimerFired { timer, at }.into());
        }
    }

    /// Applies what has come in and makes it durable. Nothing is performed before that.
    async fn commit(&mut self) -> Result<(), EngineError> {
        let mut inbox = std::mem::take(&mut self.inbox);
        if inbox.is_empty() {
            self.execution.go_on();
        }
        let journal = self.options.journal.clone();
        let mut lines = Vec::new();
        for Input { record, done } in inbox.drain(..) {
            if let Err(refusal) = self.acceptable(&record) {
                if let Some(done) = done {
                    let _ = done.send(Err(refusal));
                }
                continue;
            }
            if journal.is_some() {
                let line = serde_json::to_string(&record);
                lines.push(line.map_err(|e| EngineError::Record(e.to_string()))?);
            }
            self.waiting.extend(done);
            self.execution.apply(record);
        }
        // The list is put back so that its memory serves the next round.
        self.inbox = inbox;
        let Some(journal) = journal.filter(|_| !lines.is_empty()) else {
            self.announce();
            return Ok(());
        };
        let first = self.seq;
        self.seq += u64::try_from(lines.len()).unwrap_or(0);
        if let Err(error) = journal
            .append(&self.options.name, first, lines, &self.execution.events)
            .await
        {
            for done in self.waiting.drain(..) {
                let _ = done.send(Err(HandleError::NotKept(error.0.clone())));
            }
            return Err(error.into());
        }
        self.announce();
        Ok(())
    }

    /// Whether a record still means something: others of the same round may have gone before it.
    fn acceptable(&self, record: &Record) -> Result<(), HandleError> {
        let redrives = matches!(record, Record::Redriven { .. });
        if self.execution.ending().is_some() != redrives {
            return Err(HandleError::NotRunning);
        }
        match record {
            Record::TokenSucceeded { token, .. }
            | Record::TokenFailed { token, .. }
            | Record::Heartbeat { token, .. }
                if !self.execution.awaits(token) =>
            {
                Err(HandleError::UnknownToken)
            }
            _ => Ok(()),
        }
    }

    /// Tells those who wait and those who watch, now that everything is durable.
    fn announce(&mut self) {
        for done in self.waiting.drain(..) {
            let _ = done.send(Ok(()));
        }
        if let Some(observer) = &self.options.observer {
            for event in &self.execution.events {
                observer.event(&self.options.name, event);
            }
        }
        self.keep_history();
    }

    fn perform(&mut self) {
        let mut effects = std::mem::take(&mut self.execution.effects);
        for effect in effects.drain(..) {
            match effect {
                Effect::RunTask { id, token, job } => self.call(id, token, job),
                Effect::CancelTask { id } => self.calls.stop(id),
                Effect::StartTimer { id, at } => self.timers.set(id, at),
                Effect::CancelTimer { id } => self.timers.cancel(id),
                Effect::Finished => {}
            }
        }
        // The list is handed back so that its memory serves the next round.
        self.execution.effects = effects;
    }

    /// Begins a call. One that is answered at once is never among those under way.
    fn call(&mut self, id: u64, token: bool, job: Job) {
        let store = self.options.store.clone();
        let mut call: Call = match job {
            Job::Task(request) => {
                let handler = Arc::clone(&self.handler);
                Box::pin(async move { handler.run(*request).await })
            }
            Job::Read(request) => {
                Box::pin(async move { dataset::read(store.as_deref(), &request).await })
            }
            Job::Write(request) => {
                Box::pin(async move { dataset::write(store.as_deref(), *request).await })
            }
        };
        let waker = std::task::Waker::noop();
        let mut context = std::task::Context::from_waker(waker);
        if let std::task::Poll::Ready(answer) = call.as_mut().poll(&mut context) {
            self.answered(Answered { id, token, answer });
        } else {
            self.calls.add(id, token, call);
        }
    }

    fn answered(&mut self, Answered { id, token, answer }: Answered) {
        let at = self.options.clock.now();
        let record = match answer {
            Ok(_) if token => Record::TaskSubmitted { task: id, at },
            Ok(output) => Record::TaskSucceeded {
                task: id,
                at,
                output,
            },
            Err(TaskFailure { error, cause }) => Record::TaskFailed {
                task: id,
                at,
                error,
                cause,
            },
        };
        self.inbox.push(record.into());
    }

    /// Waits for the next thing to happen; what else has happened by then is kept in one append.
    async fn wait(&mut self) -> Result<(), EngineError> {
        self.ring();
        if !self.inbox.is_empty() {
            return Ok(());
        }
        let next = self.timers.next();
        let idle = self.calls.is_empty();
        if idle && next.is_none() && self.commands.is_none() {
            return Err(EngineError::Stalled);
        }
        // What one round left in memory another would use, but who waits should keep little.
        self.inbox = Vec::new();
        self.execution.events = Vec::new();
        self.execution.effects = Vec::new();
        let clock = Arc::clone(&self.options.clock);
        let came = tokio::select! {
            biased;
            command = receive(&mut self.commands) => Came::Command(command),
            Some(done) = self.calls.next(), if !idle => Came::Answer(done),
            () = sleep(clock, next), if next.is_some() => Came::Time,
        };
        match came {
            Came::Command(Some(command)) => self.obey(*command),
            // Every handle is gone, so no command can come any more.
            Came::Command(None) => self.commands = None,
            Came::Answer(done) => self.answered(done),
            Came::Time => self.ring(),
        }
        while let Some(done) = self.calls.ready() {
            self.answered(done);
        }
        Ok(())
    }

    fn obey(&mut self, command: Command) {
        let at = self.options.clock.now();
        let (record, done) = match command {
            Command::Abort { error, cause, done } => (Record::Aborted { at, error, cause }, done),
            Command::Heartbeat { token, done } => (Record::Heartbeat { token, at }, done),
            Command::Answer {
                token,
                result,
                done,
            } => {
                let record = match result {
                    Ok(output) => Record::TokenSucceeded { token, at, output },
                    Err(TaskFailure { error, cause }) => Record::TokenFailed {
                        token,
                        at,
                        error,
                        cause,
                    },
                };
                (record, done)
            }
        };
        self.inbox.push(Input {
            record,
            done: Some(done),
        });
    }

    pub(super) fn outcome(&mut self) -> Result<Outcome, EngineError> {
        let Some(Ending {
            status,
            output,
            error,
            cause,
        }) = self.execution.take_ending()
        else {
            return Err(EngineError::Stalled);
        };
        Ok(Outcome {
            status,
            output: output.map(Arc::unwrap_or_clone),
            error,
            cause,
            history: std::mem::take(&mut self.history),
        })
    }
}

/// Something that has come in, and whom to tell once it is durable.
struct Input {
    record: Record,
    done: Option<Acknowledge>,
}

impl From<Record> for Input {
    fn from(record: Record) -> Self {
        Self { record, done: None }
    }
}

enum Came {
    Command(Option<Box<Command>>),
    Answer(Answered),
    Time,
}

async fn receive(commands: &mut Option<Commands>) -> Option<Box<Command>> {
    match commands {
        Some(commands) => commands.recv().await,
        None => std::future::pending().await,
    }
}

async fn sleep(clock: Arc<dyn super::clock::Clock>, until: Option<chrono::DateTime<chrono::Utc>>) {
    match until {
        Some(at) => clock.sleep_until(at).await,
        None => std::future::pending().await,
    }
}
