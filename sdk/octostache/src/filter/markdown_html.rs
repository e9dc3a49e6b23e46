//! Markdown as HTML, laid out as Markdig does.

use std::fmt::Write;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, LinkType, Tag, TagEnd};

/// What stays as it is in the address of a link besides letters and digits.
const ADDRESS_KEPT: &str = "-_.+!*'(),%#@?=;:/,+$~[]";

/// Writes events as HTML.
pub(super) struct Renderer<I> {
    events: I,
    out: String,
    /// The alignment of the columns of the table.
    columns: Vec<Alignment>,
    column: usize,
    in_head: bool,
}

impl<'t, I: Iterator<Item = Event<'t>>> Renderer<I> {
    pub(super) fn new(events: I) -> Self {
        Self { events, out: String::new(), columns: Vec::new(), column: 0, in_head: false }
    }

    pub(super) fn render(mut self) -> String {
        while let Some(event) = self.events.next() {
            match event {
                Event::Start(tag) => self.start(tag),
                Event::End(tag) => self.end(tag),
                Event::Text(text) => escape(&mut self.out, &text),
                Event::Code(code) => {
                    self.out.push_str("<code>");
                    escape(&mut self.out, &code);
                    self.out.push_str("</code>");
                }
                Event::Html(html) | Event::InlineHtml(html) => self.out.push_str(&html),
                Event::SoftBreak => self.out.push('\n'),
                Event::HardBreak => self.out.push_str("<br />\n"),
                Event::Rule => self.block("<hr />\n"),
                // Extensions that are not switched on.
                Event::FootnoteReference(text)
                | Event::InlineMath(text)
                | Event::DisplayMath(text) => escape(&mut self.out, &text),
                Event::TaskListMarker(_) => {}
            }
        }
        self.out
    }

    /// Something that starts a line.
    fn block(&mut self, html: &str) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.out.push_str(html);
    }

    fn start(&mut self, tag: Tag<'t>) {
        match tag {
            // The first paragraph of an item stays on its line.
            Tag::Paragraph if self.out.ends_with("<li>") => self.out.push_str("<p>"),
            Tag::Paragraph => self.block("<p>"),
            Tag::Heading { level, .. } if self.out.ends_with("<li>") => {
                // Writing to a string does not fail.
                let _ = write!(self.out, "<{level}>");
            }
            Tag::Heading { level, .. } => self.block(&format!("<{level}>")),
            Tag::BlockQuote(_) => self.block("<blockquote>\n"),
            Tag::CodeBlock(kind) => self.code_block(&kind),
            Tag::HtmlBlock => self.block(""),
            Tag::List(None) => self.block("<ul>\n"),
            Tag::List(Some(1)) => self.block("<ol>\n"),
            Tag::List(Some(start)) => self.block(&format!("<ol start=\"{start}\">\n")),
            Tag::Item => self.block("<li>"),
            Tag::Table(columns) => {
                self.columns = columns;
                self.block("<table>\n");
            }
            Tag::TableHead => {
                self.in_head = true;
                self.column = 0;
                self.block("<thead>\n<tr>\n");
            }
            Tag::TableRow => {
                self.column = 0;
                let first = self.out.ends_with("</thead>\n");
                self.block(if first { "<tbody>\n<tr>\n" } else { "<tr>\n" });
            }
            Tag::TableCell => self.table_cell(),
            Tag::Emphasis => self.out.push_str("<em>"),
            Tag::Strong => self.out.push_str("<strong>"),
            Tag::Strikethrough => self.out.push_str("<del>"),
            Tag::Superscript => self.out.push_str("<sup>"),
            Tag::Subscript => self.out.push_str("<sub>"),
            Tag::Link { link_type, dest_url, title, .. } => {
                self.out.push_str("<a href=\"");
                if link_type == LinkType::Email {
                    self.out.push_str("mailto:");
                }
                address(&mut self.out, &dest_url);
                self.title(&title);
                self.out.push_str("\">");
            }
            Tag::Image { dest_url, title, .. } => self.image(&dest_url, &title),
            // Extensions that are not switched on.
            Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.out.push_str("</p>\n"),
            TagEnd::Heading(level) => {
                // Writing to a string does not fail.
                let _ = writeln!(self.out, "</{level}>");
            }
            TagEnd::BlockQuote(_) => self.block("</blockquote>\n"),
            TagEnd::CodeBlock => {
                // The last line of the text may have lacked its end.
                if !self.out.ends_with(['\n', '>']) {
                    self.out.push('\n');
                }
                self.out.push_str("</code></pre>\n");
            }
            TagEnd::HtmlBlock => self.block(""),
            TagEnd::List(ordered) => self.block(if ordered { "</ol>\n" } else { "</ul>\n" }),
            TagEnd::Item => self.out.push_str("</li>\n"),
            TagEnd::Table => {
                // The body is left out where there are no rows.
                let body = if self.out.ends_with("</thead>\n") { "" } else { "</tbody>\n" };
                self.block(&format!("{body}</table>\n"));
            }
            TagEnd::TableHead => {
                self.in_head = false;
                self.block("</tr>\n</thead>\n");
            }
            TagEnd::TableRow => self.block("</tr>\n"),
            TagEnd::TableCell => {
                self.out.push_str(if self.in_head { "</th>\n" } else { "</td>\n" });
                self.column += 1;
            }
            TagEnd::Emphasis => self.out.push_str("</em>"),
            TagEnd::Strong => self.out.push_str("</strong>"),
            TagEnd::Strikethrough => self.out.push_str("</del>"),
            TagEnd::Superscript => self.out.push_str("</sup>"),
            TagEnd::Subscript => self.out.push_str("</sub>"),
            TagEnd::Link => self.out.push_str("</a>"),
            TagEnd::Image
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::MetadataBlock(_) => {}
        }
    }

    fn code_block(&mut self, kind: &CodeBlockKind<'t>) {
        let language = match kind {
            CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or_default(),
            CodeBlockKind::Indented => "",
        };
        if language.is_empty() {
            return self.block("<pre><code>");
        }
        self.block("<pre><code class=\"language-");
        escape(&mut self.out, language);
        self.out.push_str("\">");
    }

    fn table_cell(&mut self) {
        let name = if self.in_head { "th" } else { "td" };
        let align = match self.columns.get(self.column) {
            Some(Alignment::Left) => "left",
            Some(Alignment::Center) => "center",
            Some(Alignment::Right) => "right",
            Some(Alignment::None) | None => return self.block(&format!("<{name}>")),
        };
        self.block(&format!("<{name} style=\"text-align: {align};\">"));
    }

    /// An image; what is inside becomes its alternative text.
    fn image(&mut self, address_text: &str, title: &str) {
        self.out.push_str("<img src=\"");
        address(&mut self.out, address_text);
        self.out.push_str("\" alt=\"");
        let mut open = 1usize;
        for event in self.events.by_ref() {
            match event {
                Event::Start(Tag::Image { .. }) => open += 1,
                Event::End(TagEnd::Image) => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                }
                Event::Text(text) | Event::Code(text) => escape(&mut self.out, &text),
                Event::SoftBreak | Event::HardBreak => self.out.push('\n'),
                _ => {}
            }
        }
        self.title(title);
        self.out.push_str("\" />");
    }

    fn title(&mut self, title: &str) {
        if !title.is_empty() {
            self.out.push_str("\" title=\"");
            escape(&mut self.out, title);
        }
    }
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

/// An address in an attribute: percent signs for what an address cannot have.
fn address(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            c if c.is_ascii_alphanumeric() || ADDRESS_KEPT.contains(c) => out.push(c),
            c => {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    // Writing to a string does not fail.
                    let _ = write!(out, "%{byte:02X}");
                }
            }
        }
    }
}
