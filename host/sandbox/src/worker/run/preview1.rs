//! Running a preview 1 module.

use std::fs::File;

use cofferdam_worker_protocol::{Counters, Ending};
use wasmtime::{Linker, Module, Store};
use wasmtime_wasi::WasiView;
use wasmtime_wasi::p1::wasi_snapshot_preview1;

use super::meter::Meter;
use super::preview1_counted::{CountedPreview1, Start};
use super::wasi::{handle_capacity, preview1_buffer_bytes};
use super::{Hook, ending, load_and_seal};

struct State {
    wasi: CountedPreview1,
    meter: Meter,
}

/// Runs the module to its end.
pub(super) async fn run(mut hook: Hook, code: File) -> (Ending, Counters) {
    let limits = &hook.setup.limits;
    let mut wasi = hook.wasi.build_p1();
    wasi.ctx().table.set_max_capacity(handle_capacity(limits));
    let begins_with = Start { folders: hook.folders, file_time: hook.file_time };
    let wasi = CountedPreview1::new(wasi, &begins_with, hook.disk.clone(), hook.outbox.clone());
    let mut store = Store::new(&hook.engine, State { wasi, meter: Meter::new(limits) });
    store.limiter(|state| &mut state.meter);
    store.call_hook(|mut context, call| Ok(context.data_mut().meter.on_call(call)?));
    store.set_hostcall_fuel(preview1_buffer_bytes(limits));
    let result = start(&mut store, code).await;
    let state = store.data();
    let (written_bytes, files_created) = hook.disk.totals();
    let counters = Counters { written_bytes, files_created, host_calls: state.meter.calls() };
    (ending::of_result(result, &state.meter), counters)
}

async fn start(store: &mut Store<State>, code: File) -> wasmtime::Result<i32> {
    #[expect(unsafe_code, reason = "loading native code that was compiled before")]
    // SAFETY: the supervisor compiled the code with this engine and verified its MAC.
    let module = load_and_seal(|| unsafe { Module::deserialize_open_file(store.engine(), code) })?;
    let mut linker = Linker::<State>::new(store.engine());
    wasi_snapshot_preview1::add_to_linker(&mut linker, |state| &mut state.wasi)?;
    let instance = linker.instantiate_async(&mut *store, &module).await?;
    let start = instance.get_typed_func::<(), ()>(&mut *store, "_start")?;
    start.call_async(&mut *store, ()).await?;
    Ok(0)
}
