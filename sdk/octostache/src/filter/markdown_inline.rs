//! The inline extensions of Markdown that the parser does not know: `++inserted++`, `==marked==`,
//! `H~2~O`, `x^2^`, and links without brackets.

use std::collections::VecDeque;

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

/// What opens and closes a mark, and the element it makes. (The parser knows the last two, but not
/// inside a word.)
const MARKS: [(&str, &str); 4] = [("++", "ins"), ("==", "mark"), ("^", "sup"), ("~", "sub")];
/// What a link without brackets may start with, and what is not shown of it.
const LINK_STARTS: [(&str, &str); 6] = [
    ("http://", ""),
    ("https://", ""),
    ("ftp://", ""),
    ("mailto:", "mailto:"),
    ("tel:", "tel:"),
    ("www.", ""),
];
/// What may stand in front of such a link, besides white space.
const BEFORE_LINK: &str = "*_~(";
/// How long such a link may be.
const MAX_LINK_BYTES: usize = 2048;
/// What is not part of such a link at its end.
const BEHIND_LINK: &str = "?!.,:*_~'\"";

/// Events with the extensions worked in.
pub(super) struct Inlines<'t, I> {
    events: I,
    ready: VecDeque<Event<'t>>,
    /// How many links, images and code blocks are open: in those, text is left alone.
    verbatim: usize,
}

impl<'t, I: Iterator<Item = Event<'t>>> Inlines<'t, I> {
    pub(super) fn new(events: I) -> Self {
        Self { events, ready: VecDeque::new(), verbatim: 0 }
    }

    /// Splits a text at links and pairs of marks.
    fn split(&mut self, text: &str) {
        let mut plain = 0;
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let link = link_at(text, at).map(|link| (link.1, Found::Link(link.0)));
            let found = link.or_else(|| mark_at(text, at).map(|mark| (mark.2, Found::Mark(mark))));
            let Some((end, found)) = found else {
                at += c.len_utf8();
                continue;
            };
            self.push_text(&text[plain..at]);
            match found {
                Found::Link(hidden) => self.push_link(&text[at..end], hidden),
                Found::Mark((element, inner, _)) => {
                    self.push_html(format!("<{element}>"));
                    self.push_text(inner);
                    self.push_html(format!("</{element}>"));
                }
            }
            at = end;
            plain = end;
        }
        self.push_text(&text[plain..]);
    }

    fn push_text(&mut self, text: &str) {
        if !text.is_empty() {
            self.ready.push_back(Event::Text(CowStr::from(text.to_owned())));
        }
    }

    fn push_html(&mut self, html: String) {
        self.ready.push_back(Event::InlineHtml(html.into()));
    }

    fn push_link(&mut self, link: &str, hidden: &str) {
        let scheme = if link.starts_with("www.") { "http://" } else { "" };
        self.ready.push_back(Event::Start(Tag::Link {
            link_type: LinkType::Autolink,
            dest_url: format!("{scheme}{link}").into(),
            title: "".into(),
            id: "".into(),
        }));
        self.push_text(link.strip_prefix(hidden).unwrap_or(link));
        self.ready.push_back(Event::End(TagEnd::Link));
    }
}

enum Found<'x> {
    /// What is not shown of it.
    Link(&'static str),
    /// Element, text inside, end.
    Mark((&'static str, &'x str, usize)),
}

impl<'t, I: Iterator<Item = Event<'t>>> Iterator for Inlines<'t, I> {
    type Item = Event<'t>;

    fn next(&mut self) -> Option<Event<'t>> {
        if let Some(event) = self.ready.pop_front() {
            return Some(event);
        }
        let event = self.events.next()?;
        match &event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_)) => {
                self.verbatim += 1;
            }
            Event::End(TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock) => self.verbatim -= 1,
            Event::Text(text) if self.verbatim == 0 => {
                let text = text.clone();
                self.split(&text);
                return self.ready.pop_front();
            }
            _ => {}
        }
        Some(event)
    }
}

/// A link that starts at `at`: what is not shown of it, and its end.
fn link_at(text: &str, at: usize) -> Option<(&'static str, usize)> {
    let (start, hidden) = LINK_STARTS.iter().find(|(start, _)| text[at..].starts_with(start))?;
    let before = text[..at].chars().next_back();
    if before.is_some_and(|c| !c.is_whitespace() && !BEFORE_LINK.contains(c)) {
        return None;
    }
    let window = &text[at..text.floor_char_boundary(at + MAX_LINK_BYTES)];
    let end = window.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(window.len());
    let mut link = &window[..end];
    loop {
        let unopened = link.matches(')').count() > link.matches('(').count();
        let ends_badly = |c: char| BEHIND_LINK.contains(c) || (c == ')' && unopened);
        match link.strip_suffix(ends_badly) {
            Some(shorter) => link = shorter,
            None => break,
        }
    }
    let rest = link.get(start.len()..)?;
    let good = match *start {
        "tel:" => rest.starts_with(|c: char| c.is_ascii_digit() || c == '+'),
        "mailto:" => {
            rest.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
        }
        _ => {
            let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
            let parts: Vec<&str> = host.split('.').collect();
            let least = if *start == "www." { 1 } else { 2 };
            parts.len() >= least && parts.iter().all(|part| !part.is_empty())
        }
    };
    good.then_some((*hidden, at + link.len()))
}

/// Inserted or marked text that starts at `at`: its element, what is inside, its end.
fn mark_at(text: &str, at: usize) -> Option<(&'static str, &str, usize)> {
    let (sign, element) = MARKS.iter().find(|(sign, _)| text[at..].starts_with(sign))?;
    let start = at + sign.len();
    let length = text[start..].find(sign)?;
    let inner = &text[start..start + length];
    if inner.is_empty()
        || inner.starts_with(char::is_whitespace)
        || inner.ends_with(char::is_whitespace)
    {
        return None;
    }
    Some((element, inner, start + length + sign.len()))
}
