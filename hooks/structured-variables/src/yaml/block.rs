//! Replacing the text of a block scalar (`|` or `>`): its header and its lines.

use super::gap;
use super::node::Style;
use super::scalar;
use crate::edit::Edit;

/// The parts of a block scalar as it stands.
struct Block<'t> {
    text: &'t str,
    style: Style,
    /// The header without blanks and comment, `|2-`.
    header: &'t str,
    header_start: usize,
    lines_start: usize,
    /// The end of the lines that may belong to the text.
    end: usize,
    /// The blanks before each line; none if all lines are empty.
    indent: Option<&'t str>,
}

/// The edits that give a block scalar another text; `content` is from its header to the end of its lines, `old` what
/// they say now.
///
/// The style stays where it can hold the text. Line breaks of the text become those of the file.
pub(crate) fn replace(
    text: &str,
    content: &std::ops::Range<usize>,
    style: Style,
    old: &str,
    value: Option<&str>,
    newline: &str,
) -> Vec<Edit> {
    let block = Block::find(text, content, style, old);
    let Some(value) = value else { return block.without_lines("null") };
    let value = value.replace("\r\n", "\n");
    match block.with_lines(&value, newline) {
        Some(edits) => edits,
        None => block.without_lines(&scalar::write(&value, Style::DoubleQuoted, false)),
    }
}

impl<'t> Block<'t> {
    fn find(text: &'t str, content: &std::ops::Range<usize>, style: Style, old: &str) -> Self {
        let header_line_end = gap::line_end(text, content.start);
        let header_line = text.get(content.start..header_line_end).unwrap_or_default();
        let header = header_line.split([' ', '\t']).next().unwrap_or_default();
        let lines_start = gap::next_line(text, content.start);
        let end = content.end.max(lines_start);
        let lines = text.get(lines_start..end).unwrap_or_default();
        // The first line with text is indented by what the scalar is, and by the blanks that its text starts with.
        let written = |text: &'t str| text.split('\n').find(|line| !line.trim().is_empty());
        let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let own = old.split('\n').find(|line| !line.trim().is_empty()).map_or(0, blanks);
        let indent = written(lines)
            .map(|line| line.get(..blanks(line) - own.min(blanks(line))).unwrap_or_default());
        Self { text, style, header, header_start: content.start, lines_start, end, indent }
    }

    /// A scalar in the header's place and no lines. What follows the header, a comment, stays.
    fn without_lines(&self, scalar: &str) -> Vec<Edit> {
        let header = self.header_start..self.header_start + self.header.len();
        let mut edits = vec![Edit { range: header, text: scalar.to_owned() }];
        let end = self.lines_start + self.lines().trim_end_matches(['\r', '\n', ' ']).len();
        if end > self.lines_start {
            // With the line break before them, so that the one after them ends the header's line.
            let from = gap::line_end(self.text, self.header_start);
            edits.push(Edit { range: from..end, text: String::new() });
        }
        edits
    }

    fn lines(&self) -> &'t str {
        self.text.get(self.lines_start..self.end).unwrap_or_default()
    }

    /// The text as lines; none if it cannot be written so.
    fn with_lines(&self, value: &str, newline: &str) -> Option<Vec<Edit>> {
        let indent = self.indent?;
        let body = value.trim_end_matches('\n');
        let breaks = value.len() - body.len();
        let indicator: String = self.header.chars().filter(char::is_ascii_digit).collect();
        let starts_blank = body.starts_with([' ', '\n', '\t']);
        if body.is_empty()
            || (starts_blank && indicator.is_empty())
            || !value.chars().all(scalar::is_printable)
        {
            return None;
        }
        let folds = self.style == Style::Folded
            && body.split('\n').all(|line| !line.starts_with([' ', '\t']) && !line.ends_with(' '));
        let chomping = ["-", "", "+"][breaks.min(2)];
        let header = format!("{}{indicator}{chomping}", if folds { '>' } else { '|' });

        let mut lines = String::new();
        let mut before: Option<&str> = None;
        for line in body.split('\n') {
            if let Some(before) = before {
                lines.push_str(newline);
                // Folding takes one break of each run away.
                if folds && !before.is_empty() {
                    lines.push_str(newline);
                }
            }
            before = Some(line);
            if !line.is_empty() {
                lines.push_str(indent);
                lines.push_str(line);
            }
        }
        let old = self.lines();
        let end = if breaks > 1 {
            lines.push_str(&newline.repeat(breaks - 1));
            // Blank lines that follow would belong to the text now.
            self.lines_start + old.strip_suffix('\n').unwrap_or(old).trim_end_matches('\r').len()
        } else {
            self.lines_start + old.trim_end_matches(['\r', '\n', ' ']).len()
        };
        if breaks > 0 && end == self.text.len() {
            lines.push_str(newline);
        }
        let header_range = self.header_start..self.header_start + self.header.len();
        Some(vec![
            Edit { range: header_range, text: header },
            Edit { range: self.lines_start..end, text: lines },
        ])
    }
}
