//! Times reading a large document and selecting in it: `cargo run --release --example measure`.

use std::time::Instant;

use cofferdam_xml::{Edits, Options, parse, xpath};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut text = String::from("<configuration>\n  <appSettings>\n");
    let mut number = 0;
    while text.len() < 10 * 1024 * 1024 {
        text.push_str(&format!(
            "    <add key=\"Key{number}\" value=\"Value number {number}\" />\n"
        ));
        number += 1;
    }
    text.push_str("  </appSettings>\n</configuration>\n");
    let bytes = text.len();

    let start = Instant::now();
    let document = parse(text, &Options::default())?;
    println!("read {bytes} bytes, {number} elements: {:?}", start.elapsed());

    for expression in ["//add[@key='Key7']/@value", "//*:add[ends-with(@key, '99')]/@value"] {
        let start = Instant::now();
        let path = xpath::compile(expression)?;
        let found = path.select(&document, document.root(), &xpath::Namespaces::new())?;
        let mut edits = Edits::new();
        for attribute in &found {
            edits.replace(document.inner_span(*attribute).ok_or("no span")?, "changed");
        }
        let changed = edits.apply(document.source())?;
        let (count, time) = (found.len(), start.elapsed());
        println!("{expression}: {count} found and replaced, {} bytes: {time:?}", changed.len());
    }
    Ok(())
}
