//! `transform_file_locator.json`: which transform files a definition finds for a file.
//!
//! The paths are those of Windows. `c:` is the enclosure here.

use std::path::Path;

use cofferdam_hook_xml_transforms::{Definition, Inventory, transform_files};
use serde_json::Value;

use super::load_list;

/// One definition with its checks.
pub(crate) struct Case {
    pub(crate) id: String,
    facts: Value,
}

pub(crate) fn all(folder: &Path) -> Vec<Case> {
    let case = |facts: Value| Case {
        id: format!("locate {}", facts["transform_definition"].as_str().unwrap()),
        facts,
    };
    load_list(folder, "transform_file_locator.json").into_iter().map(case).collect()
}

fn strings(list: &Value) -> Vec<String> {
    let path = |value: &Value| inside(value.as_str().unwrap());
    list.as_array().unwrap().iter().map(path).collect()
}

/// `c:\temp\a` as a path of the enclosure.
fn inside(path: &str) -> String {
    path.replace("c:", "").replace('\\', "/")
}

impl Case {
    pub(crate) fn run(&self) -> Result<(), String> {
        let inventory = Inventory::new(strings(&self.facts["files"]));
        // Only the target of a definition is still known as absolute.
        let text = self.facts["transform_definition"].as_str().unwrap();
        let (transform, target) = text.split_once("=>").unwrap();
        let definition = Definition::parse(&format!("{}=>{target}", inside(transform))).unwrap();
        for check in self.facts["checks"].as_array().unwrap() {
            let source = inside(check["source_file"].as_str().unwrap());
            let mut notes = Vec::new();
            let mut found: Vec<String> =
                transform_files(&source, &definition, &inventory, "/temp", &mut |note| {
                    notes.push(note)
                })
                .map_err(|_| "leads out of the enclosure".to_owned())?
                .into_iter()
                .map(str::to_owned)
                .collect();
            let mut expected = strings(&check["transforms"]);
            found.sort();
            expected.sort();
            if found != expected {
                return Err(format!("{source}: expected {expected:?}, found {found:?}; {notes:?}"));
            }
        }
        Ok(())
    }
}
