//! `wasi:cli/environment` for components: the engine's, with a report of its use.

use wasmtime::component::HasData;
use wasmtime_wasi::cli::WasiCliCtxView;
use wasmtime_wasi::p2::bindings::cli::environment::Host;

use super::uses::Uses;

/// The engine's view, and who reports.
pub(super) struct Environment<'a> {
    pub(super) inner: WasiCliCtxView<'a>,
    pub(super) uses: &'a mut Uses,
}

/// Names [`Environment`] for the engine.
pub(super) struct WatchedEnvironment;

impl HasData for WatchedEnvironment {
    type Data<'a> = Environment<'a>;
}

impl Host for Environment<'_> {
    fn get_environment(&mut self) -> wasmtime::Result<Vec<(String, String)>> {
        self.uses.environment();
        self.inner.get_environment()
    }

    fn get_arguments(&mut self) -> wasmtime::Result<Vec<String>> {
        self.inner.get_arguments()
    }

    fn initial_cwd(&mut self) -> wasmtime::Result<Option<String>> {
        self.inner.initial_cwd()
    }
}
