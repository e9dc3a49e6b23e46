//! `Markdown`, also called `MarkdownToHtml`.

use pulldown_cmark::{Options, Parser, TextMergeStream};

use super::call::{Call, Outcome};
use super::markdown_html::Renderer;
use super::markdown_inline::Inlines;

/// CommonMark with pipe tables, `~~ ~ ^ ++ ==` emphasis and bare links, as Octopus sets up Markdig.
pub(super) fn markdown(call: &Call<'_>) -> Outcome {
    Ok(call.plain().map(|text| {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_SUBSCRIPT
            | Options::ENABLE_SUPERSCRIPT;
        // CommonMark replaces NUL; the parser of ours does not.
        let text = text.trim().replace('\0', "\u{FFFD}");
        let events = TextMergeStream::new(Parser::new_ext(&text, options));
        let mut html = Renderer::new(Inlines::new(events)).render();
        html.push('\n');
        html
    }))
}
