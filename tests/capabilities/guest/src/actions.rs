//! Asks for a host action.

wit_bindgen::generate!({ path: "../../../sdk/wit", world: "hook" });

use cofferdam::hook::actions;

pub fn request(name: &str) -> String {
    match actions::request(name, &[]) {
        Ok(answer) => answer,
        Err(refusal) => format!("refused: {refusal:?}"),
    }
}
