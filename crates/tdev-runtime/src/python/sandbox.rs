//! What an instance can reach: the WASI context, the limits and the two imports of our own.

use std::sync::Arc;
use std::time::{Duration, Instant};

use wasmtime::component::{HasData, Linker, Resource, ResourceTable};
use wasmtime::{ResourceLimiter, StoreContextMut};
use wasmtime_wasi::clocks::{WasiClocksCtxView, WasiClocksView};
use wasmtime_wasi::p2::DynPollable;
use wasmtime_wasi::p2::bindings::clocks::monotonic_clock;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use super::engine::TICK;
use super::host::{Host, HostError};
use super::interpreter::Limits;

/// A log line costs at least this much of the output limit, so that empty lines end too.
const LINE_COST: usize = 16;

/// Tables of functions and of WASI resources; CPython needs about 10,000 and 10.
const MOST_TABLE_ELEMENTS: usize = 100_000;
const MOST_RESOURCES: usize = 1_000;

/// The host's side of one instance.
pub(super) struct Sandbox {
    wasi: WasiCtx,
    table: ResourceTable,
    host: Option<Arc<dyn Host>>,
    limits: Limits,
    deadline: Instant,
    output_left: usize,
    memory: usize,
    memory_refused: bool,
}

/// Why a host function ended the instance.
#[derive(Debug, thiserror::Error)]
pub(super) enum Stopped {
    #[error("too much output")]
    Output,
    #[error("host call too large")]
    HostCall,
    #[error("past the deadline")]
    Deadline,
}

impl Sandbox {
    pub(super) fn new() -> Self {
        let mut table = ResourceTable::new();
        table.set_max_capacity(MOST_RESOURCES);
        // Nothing is inherited or opened, and what is allowed by default is taken away.
        let wasi = WasiCtx::builder()
            .allow_tcp(false)
            .allow_udp(false)
            .allow_ip_name_lookup(false)
            .build();
        Self {
            wasi,
            table,
            host: None,
            limits: Limits::default(),
            deadline: Instant::now(),
            output_left: 0,
            memory: 0,
            memory_refused: false,
        }
    }

    /// Opens the sandbox for one invocation.
    pub(super) fn begin(&mut self, limits: Limits, deadline: Instant, host: Arc<dyn Host>) {
        self.output_left = limits.output;
        self.limits = limits;
        self.deadline = deadline;
        self.host = Some(host);
        self.memory_refused = false;
    }

    /// Closes it: an instance at rest holds nobody's host.
    pub(super) fn end(&mut self) {
        self.host = None;
    }

    /// Bytes of linear memory.
    pub(super) fn memory(&self) -> usize {
        self.memory
    }

    /// Whether the invocation asked for more memory than its limit.
    pub(super) fn memory_refused(&self) -> bool {
        self.memory_refused
    }

    /// Whether the invocation's time is over.
    pub(super) fn is_late(&self) -> bool {
        Instant::now() >= self.deadline
    }

    fn host_call(&mut self, name: &str, payload: &str) -> wasmtime::Result<Result<String, String>> {
        // A sleep that was cut short must not look, from here, like one that was slept.
        if self.is_late() {
            return Err(wasmtime::Error::new(Stopped::Deadline));
        }
        if name.len() + payload.len() > self.limits.result {
            return Err(wasmtime::Error::new(Stopped::HostCall));
        }
        let answer = match self.host.clone() {
            Some(host) => host.call(name, payload),
            None => Err(HostError::denied("no invocation is under way")),
        };
        Ok(answer.map_err(|error| {
            serde_json::json!({
                "code": error.code, "message": error.message, "retryable": error.retryable
            })
            .to_string()
        }))
    }

    fn log(&mut self, level: &str, line: &str) -> wasmtime::Result<()> {
        let cost = line.len() + level.len() + LINE_COST;
        self.output_left = self
            .output_left
            .checked_sub(cost)
            .ok_or_else(|| wasmtime::Error::new(Stopped::Output))?;
        if let Some(host) = &self.host {
            host.log(level, line);
        }
        Ok(())
    }
}

/// Links everything an instance imports.
pub(super) fn link(linker: &mut Linker<Sandbox>) -> wasmtime::Result<()> {
    wasmtime_wasi::p2::add_to_linker_sync(linker)?;
    linker.allow_shadowing(true);
    monotonic_clock::add_to_linker::<Sandbox, BoundedClocks>(linker, |sandbox| BoundedClock {
        left: sandbox.deadline.saturating_duration_since(Instant::now()),
        clocks: sandbox.clocks(),
    })?;
    linker.allow_shadowing(false);
    let mut root = linker.root();
    root.func_wrap(
        "host-call",
        |mut store: StoreContextMut<'_, Sandbox>, (name, payload): (String, String)| {
            Ok((store.data_mut().host_call(&name, &payload)?,))
        },
    )?;
    root.func_wrap(
        "log",
        |mut store: StoreContextMut<'_, Sandbox>, (level, line): (String, String)| {
            store.data_mut().log(&level, &line)
        },
    )
}

impl WasiView for Sandbox {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

/// A monotonic clock whose alarms never ring after the deadline. The guest sleeps inside the
/// host, where the epoch cannot interrupt it; so the sleep itself has to end.
struct BoundedClocks;

impl HasData for BoundedClocks {
    type Data<'a> = BoundedClock<'a>;
}

struct BoundedClock<'a> {
    left: Duration,
    clocks: WasiClocksCtxView<'a>,
}

impl monotonic_clock::Host for BoundedClock<'_> {
    fn now(&mut self) -> wasmtime::Result<u64> {
        self.clocks.now()
    }

    fn resolution(&mut self) -> wasmtime::Result<u64> {
        self.clocks.resolution()
    }

    fn subscribe_instant(&mut self, when: u64) -> wasmtime::Result<Resource<DynPollable>> {
        let wait = when.saturating_sub(self.clocks.now()?);
        self.subscribe_duration(wait)
    }

    fn subscribe_duration(&mut self, wait: u64) -> wasmtime::Result<Resource<DynPollable>> {
        // Just past the deadline, where the epoch ends the guest before it can look around.
        let longest = self.left.saturating_add(TICK * 4);
        let longest = u64::try_from(longest.as_nanos()).unwrap_or(u64::MAX);
        self.clocks.subscribe_duration(wait.min(longest))
    }
}

impl ResourceLimiter for Sandbox {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let total = self.memory.saturating_sub(current).saturating_add(desired);
        if total > self.limits.memory {
            self.memory_refused = true;
            return Ok(false);
        }
        self.memory = total;
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(desired <= MOST_TABLE_ELEMENTS)
    }
}
