//! Running a WASI 0.2 component.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;

use cofferdam_worker_protocol::{Counters, Ending};
use wasmtime::component::{Component, HasSelf, Linker, ResourceTable};
use wasmtime::{Engine, Store};
use wasmtime_wasi::cli::WasiCliCtxView;
use wasmtime_wasi::p2::bindings::CommandPre;
use wasmtime_wasi::sockets::WasiSocketsCtxView;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtxView, WasiHttpView};

use super::door::Door;
use super::hook_api::{self, HookApi};
use super::http::Http;
use super::meter::Meter;
use super::refusals::Refusals;
use super::sockets::{self, RefusedSockets};
use super::uses::Uses;
use super::wasi::{HOST_COPY_BYTES, handle_capacity};
use super::wasi_environment::{Environment, WatchedEnvironment};
use super::wasi_filesystem::{Counted, CountedFilesystem, Counts};
use super::{Hook, ending, load_and_seal};
use crate::worker::channel::Channel;

/// Everything that one component's host calls work on.
pub(super) struct State {
    wasi: WasiCtx,
    table: ResourceTable,
    counts: Counts,
    meter: Meter,
    api: HookApi,
    http: Http,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        self.http.view(&mut self.table)
    }
}

impl State {
    fn no_sockets(&mut self) -> RefusedSockets<'_> {
        let Self { wasi, table, counts, .. } = self;
        let inner = WasiSocketsCtxView { ctx: wasi.sockets(), table };
        RefusedSockets { inner, refusals: &counts.refusals }
    }

    fn counted_filesystem(&mut self) -> Counted<'_> {
        let Self { wasi, table, counts, .. } = self;
        let inner =
            wasmtime_wasi::filesystem::WasiFilesystemCtxView { ctx: wasi.filesystem(), table };
        Counted { inner, counts }
    }

    fn environment(&mut self) -> Environment<'_> {
        let Self { wasi, table, counts, .. } = self;
        let inner = WasiCliCtxView { ctx: wasi.cli(), table };
        Environment { inner, uses: &mut counts.uses }
    }
}

/// Runs the component to its end.
pub(super) async fn run(mut hook: Hook, code: File, channel: Channel) -> (Ending, Counters) {
    let limits = &hook.setup.limits;
    let mut table = ResourceTable::new();
    table.set_max_capacity(handle_capacity(limits));
    let counts = Counts {
        disk: hook.disk.clone(),
        refusals: Refusals::new(hook.outbox.clone()),
        opened: HashMap::new(),
        uses: Uses::new(hook.outbox.clone()),
        file_time: hook.file_time,
    };
    let state = State {
        wasi: hook.wasi.build(),
        table,
        counts,
        meter: Meter::new(limits),
        api: HookApi::new(&hook.setup, hook.outbox.clone()),
        http: Http::new(channel, limits),
    };
    let mut store = Store::new(&hook.engine, state);
    store.limiter(|state| &mut state.meter);
    store.call_hook(|mut context, call| Ok(context.data_mut().meter.on_call(call)?));
    store.set_hostcall_fuel(HOST_COPY_BYTES);
    let result = start(&mut store, code, hook.door.take()).await;
    let state = store.data();
    let (written_bytes, files_created) = hook.disk.totals();
    let counters = Counters { written_bytes, files_created, host_calls: state.meter.calls() };
    (ending::of_result(result, &state.meter), counters)
}

async fn start(store: &mut Store<State>, code: File, door: Option<Door>) -> wasmtime::Result<i32> {
    let component = load_and_seal(|| load(store.engine(), code, door))?;
    let mut linker = Linker::<State>::new(store.engine());
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    linker.allow_shadowing(true);
    wasmtime_wasi::p2::bindings::filesystem::types::add_to_linker::<State, CountedFilesystem>(
        &mut linker,
        State::counted_filesystem,
    )?;
    wasmtime_wasi::p2::bindings::filesystem::preopens::add_to_linker::<State, CountedFilesystem>(
        &mut linker,
        State::counted_filesystem,
    )?;
    wasmtime_wasi::p2::bindings::cli::environment::add_to_linker::<State, WatchedEnvironment>(
        &mut linker,
        State::environment,
    )?;
    sockets::add_to_linker(&mut linker, State::no_sockets)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    hook_api::bindings::Hook::add_to_linker::<State, HasSelf<HookApi>>(&mut linker, |state| {
        &mut state.api
    })?;
    let command = CommandPre::new(linker.instantiate_pre(&component)?)?;
    let command = command.instantiate_async(&mut *store).await?;
    let outcome = command.wasi_cli_run().call_run(&mut *store).await?;
    // A component can say only that it failed; what native programs say then is 1.
    Ok(i32::from(outcome.is_err()))
}

/// Loads compiled code. For components the engine maps files by path only; where no path leads to
/// the open file, the code is copied.
fn load(engine: &Engine, mut code: File, door: Option<Door>) -> wasmtime::Result<Component> {
    if let Some(loaded) = door.and_then(|door| door.load(engine, &code)) {
        return loaded;
    }
    let mut bytes = Vec::new();
    code.read_to_end(&mut bytes)?;
    #[expect(unsafe_code, reason = "loading native code that was compiled before")]
    // SAFETY: the supervisor compiled the code with this engine and verified its MAC.
    let component = unsafe { Component::deserialize(engine, bytes)? };
    // Images of memory have no file then, and behind the seal nobody can make one.
    component.initialize_copy_on_write_image()?;
    Ok(component)
}
