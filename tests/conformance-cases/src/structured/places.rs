//! Whether only values have changed: the rest of a file stays as its author wrote it.

use crate::Difference;

/// Whether the lines of two files differ in no more places than that.
///
/// A place is a run of lines. The original writes the whole file anew, which changes what nobody asked
/// to have changed: indentation, quotes, comments.
pub(crate) fn at_most(most: usize, input: &str, output: &str) -> Result<(), Difference> {
    let before: Vec<&str> = input.split_inclusive('\n').collect();
    let after: Vec<&str> = output.split_inclusive('\n').collect();
    let places = places(&before, &after);
    if places <= most {
        return Ok(());
    }
    Err(Difference::new(format!("changes in at most {most} places of {input:?}"), output))
}

/// How many runs of lines differ, in the alignment with the most lines in common.
fn places(mut before: &[&str], mut after: &[&str]) -> usize {
    // What is alike at both ends need not be aligned, and most files are alike but for a line.
    while let ([first, rest @ ..], [other, others @ ..]) = (before, after)
        && first == other
    {
        (before, after) = (rest, others);
    }
    while let ([rest @ .., last], [others @ .., other]) = (before, after)
        && last == other
    {
        (before, after) = (rest, others);
    }
    // `common[b][a]`: how many lines the rests from `b` and from `a` have in common.
    let mut common = vec![vec![0_usize; after.len() + 1]; before.len() + 1];
    for (b, line) in before.iter().enumerate().rev() {
        for (a, other) in after.iter().enumerate().rev() {
            common[b][a] = if line == other {
                common[b + 1][a + 1] + 1
            } else {
                common[b + 1][a].max(common[b][a + 1])
            };
        }
    }
    let (mut b, mut a, mut places, mut in_place) = (0, 0, 0, false);
    while b < before.len() || a < after.len() {
        let same = b < before.len() && a < after.len() && before[b] == after[a];
        if same {
            (b, a) = (b + 1, a + 1);
        } else if a == after.len() || (b < before.len() && common[b + 1][a] >= common[b][a + 1]) {
            b += 1;
        } else {
            a += 1;
        }
        places += usize::from(!same && !in_place);
        in_place = !same;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_lines_are_counted() {
        assert_eq!(places(&["a", "b", "c"], &["a", "b", "c"]), 0);
        assert_eq!(places(&["a", "b", "c"], &["a", "x", "y", "c"]), 1);
        assert_eq!(places(&["a", "b", "c"], &["x", "b", "y"]), 2);
        assert_eq!(places(&["a", "b"], &["b"]), 1);
    }

    #[test]
    fn new_indentation_is_more_than_one_value() {
        let input = "{\n  \"a\": 1,\n  \"b\": [1, 2]\n}\n";
        assert!(at_most(1, input, "{\n  \"a\": 2,\n  \"b\": [1, 2]\n}\n").is_ok());
        assert!(at_most(1, input, "{\n  \"a\": 2,\n  \"b\": [1, 2]\n}").is_err());
        assert!(at_most(0, input, "{\n  \"a\": 1,\n  \"b\":[1, 2]\n}\n").is_err());
    }
}
