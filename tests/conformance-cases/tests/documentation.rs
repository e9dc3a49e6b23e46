//! The page about conformance lists exactly the deviations of the lists.

use std::path::Path;

use cofferdam_conformance_cases::{Deviations, repository_vectors};

#[test]
fn every_listed_deviation_is_in_the_documentation_and_no_other()
-> Result<(), Box<dyn std::error::Error>> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/conformance.md");
    let page = std::fs::read_to_string(page)?;
    let (_, section) = page.split_once("\n## Deviations\n").ok_or("no such section")?;
    let mut documented: Vec<&str> =
        section.lines().filter(|line| line.starts_with("| `")).collect();
    let deviations = Deviations::load(&repository_vectors())?;
    let mut listed: Vec<String> =
        deviations.iter().map(|(case, reason)| format!("| `{case}` | {reason} |")).collect();
    documented.sort_unstable();
    listed.sort_unstable();
    assert_eq!(documented, listed);
    Ok(())
}
