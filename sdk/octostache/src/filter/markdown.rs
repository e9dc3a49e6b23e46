//! `Markdown`, also called `MarkdownToHtml`.

use comrak::Options;

use super::call::{Call, Outcome};

/// CommonMark with pipe tables, `~~ ~ ^ ++ ==` emphasis and bare links, as Octopus sets up Markdig.
pub(super) fn markdown(call: &Call<'_>) -> Outcome {
    Ok(call.plain().map(|text| {
        let mut options = Options::default();
        options.extension.table = true;
        options.extension.strikethrough = true;
        options.extension.subscript = true;
        options.extension.superscript = true;
        options.extension.insert = true;
        options.extension.highlight = true;
        options.extension.autolink = true;
        // Markdig lets HTML through, and so does Octopus.
        options.render.r#unsafe = true;
        let mut html = comrak::markdown_to_html(text.trim(), &options);
        html.push('\n');
        html
    }))
}
