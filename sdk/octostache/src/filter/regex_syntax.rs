//! .NET regular expressions in the syntax of the `fancy-regex` crate.
//!
//! What differs: `$` and `\Z` also match in front of a newline at the end; brackets and set operators
//! inside a class are literal; a brace that is no quantifier is literal; named groups are numbered
//! after all others; a quantifier of a quantifier is an error (`a*+` is no possessive one); some
//! escapes and spellings. Not supported (an error): balancing groups, conditions.

use super::regex_category::category;

/// A pattern in the other syntax.
#[derive(Debug)]
pub(super) struct Translation {
    pub(super) pattern: String,
    /// From .NET's number of a group to the order in the pattern: where its `(` stands.
    pub(super) groups: Vec<usize>,
    /// Whether it has back references.
    pub(super) refers_back: bool,
}

/// End of the text, or in front of a newline there.
const END: &str = r"(?=\n?\z)";

/// Translates a pattern; `Err` says what is wrong with it.
pub(super) fn translate(pattern: &str) -> Result<Translation, String> {
    let first = Translator::new(pattern, Vec::new()).run()?;
    // Only now is it known which number each group has: back references need that.
    let has_names = first.groups.iter().enumerate().any(|(number, place)| number != *place);
    if !has_names {
        return Ok(first);
    }
    Translator::new(pattern, first.groups).run()
}

/// The options that matter here; each group inherits those around it.
#[derive(Debug, Clone, Copy, Default)]
struct Flags {
    multi_line: bool,
    extended: bool,
    /// Groups without a name do not capture.
    explicit_capture: bool,
}

struct Translator<'p> {
    rest: &'p str,
    out: String,
    flags: Vec<Flags>,
    /// Whether each group so far, in the order of their `(`, has a name.
    named: Vec<bool>,
    groups: Vec<usize>,
    refers_back: bool,
}

impl<'p> Translator<'p> {
    fn new(pattern: &'p str, groups: Vec<usize>) -> Self {
        Self {
            rest: pattern,
            out: String::new(),
            flags: vec![Flags::default()],
            named: Vec::new(),
            groups,
            refers_back: false,
        }
    }

    fn run(mut self) -> Result<Translation, String> {
        // Whether what is left of here is a quantifier.
        let mut quantified = false;
        while let Some(c) = self.next() {
            let quantifies = match c {
                '*' | '+' | '?' => true,
                '{' => is_quantifier(self.rest),
                _ => false,
            };
            if quantifies && quantified {
                return Err(format!("the quantifier '{c}' stands behind a quantifier"));
            }
            quantified = quantifies || (quantified && c.is_whitespace() && self.flag().extended);
            match c {
                '\\' => self.escape(false)?,
                '[' => self.class()?,
                '(' => self.open()?,
                ')' => {
                    if self.flags.len() > 1 {
                        self.flags.pop();
                    }
                    self.out.push(')');
                }
                '$' if !self.flag().multi_line => self.out.push_str(END),
                '{' if !is_quantifier(self.rest) => self.out.push_str("\\{"),
                '{' => {
                    let end = self.rest.find('}').map_or(self.rest.len(), |at| at + 1);
                    self.out.push('{');
                    self.out.push_str(&self.rest[..end]);
                    self.rest = &self.rest[end..];
                }
                '}' => self.out.push_str("\\}"),
                ']' => self.out.push_str("\\]"),
                '#' if self.flag().extended => {
                    let end = self.rest.find('\n').unwrap_or(self.rest.len());
                    self.rest = &self.rest[end..];
                }
                c => self.out.push(c),
            }
            if quantifies && self.eat("?") {
                self.out.push('?');
            }
        }
        let mut groups = vec![0];
        let places = |named: bool| {
            let list = self.named.iter().enumerate();
            list.filter(move |(_, has_name)| **has_name == named).map(|(index, _)| index + 1)
        };
        groups.extend(places(false));
        groups.extend(places(true));
        Ok(Translation { pattern: self.out, groups, refers_back: self.refers_back })
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn flag(&self) -> Flags {
        self.flags.last().copied().unwrap_or_default()
    }

    /// What is behind a backslash.
    fn escape(&mut self, in_class: bool) -> Result<(), String> {
        let c = self.next().ok_or("a backslash stands at the end")?;
        match c {
            'Z' if !in_class => self.out.push_str(END),
            'b' if in_class => self.out.push_str("\\x08"),
            'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'n' | 'r' | 't' | 'f' | 'v' | 'a' => {
                self.out.push('\\');
                self.out.push(c);
            }
            'A' | 'z' | 'G' | 'b' | 'B' if !in_class => {
                self.out.push('\\');
                self.out.push(c);
            }
            'e' => self.out.push_str("\\x1B"),
            'c' => {
                let letter =
                    self.next().filter(char::is_ascii).ok_or("a control character is missing")?;
                self.code(u32::from(letter.to_ascii_uppercase()) ^ 0x40);
            }
            'x' => self.hexadecimal(2)?,
            'u' => self.hexadecimal(4)?,
            'p' | 'P' => {
                let end = self.rest.find('}').ok_or("a character category is not closed")?;
                let name = self.rest[..end].strip_prefix('{').unwrap_or_default();
                let class = category(name, c == 'P')
                    .ok_or_else(|| format!("'{name}' is no character category or block"))?;
                self.out.push_str(&class);
                self.rest = &self.rest[end + 1..];
            }
            'k' if !in_class => {
                self.refers_back = true;
                self.named_reference()?;
            }
            '0'..='7' if in_class || c == '0' => {
                let digits: String = std::iter::once(c)
                    .chain(self.rest.chars())
                    .take(3)
                    .take_while(|c| matches!(c, '0'..='7'))
                    .collect();
                self.rest = &self.rest[digits.len() - 1..];
                self.code(u32::from_str_radix(&digits, 8).unwrap_or(0));
            }
            '1'..='9' if !in_class => {
                self.refers_back = true;
                let more = self.rest.bytes().take_while(u8::is_ascii_digit).count();
                let number: usize =
                    format!("{c}{}", &self.rest[..more]).parse().unwrap_or(usize::MAX);
                self.rest = &self.rest[more..];
                let place = self.groups.get(number).copied().unwrap_or(number);
                self.out.push_str(&format!("(?:\\{place})"));
            }
            c if c.is_alphanumeric() || c == '_' => {
                return Err(format!("\\{c} is no escape sequence"));
            }
            c => self.literal(c),
        }
        Ok(())
    }

    fn code(&mut self, code: u32) {
        self.out.push_str(&format!("\\x{{{code:X}}}"));
    }

    fn hexadecimal(&mut self, length: usize) -> Result<(), String> {
        let digits = self.rest.get(..length).unwrap_or_default();
        let code = u32::from_str_radix(digits, 16).map_err(|_| "hexadecimal digits are missing")?;
        self.rest = &self.rest[length..];
        self.code(code);
        Ok(())
    }

    fn named_reference(&mut self) -> Result<(), String> {
        let close = if self.eat("<") {
            '>'
        } else if self.eat("'") {
            '\''
        } else {
            return Err("\\k has no name".to_owned());
        };
        let end = self.rest.find(close).ok_or("the name behind \\k is not closed")?;
        self.out.push_str(&format!("\\k<{}>", &self.rest[..end]));
        self.rest = &self.rest[end + 1..];
        Ok(())
    }

    /// A character that stands for itself.
    fn literal(&mut self, c: char) {
        if c.is_ascii_punctuation() || c.is_ascii_whitespace() {
            self.code(u32::from(c));
        } else {
            self.out.push(c);
        }
    }

    /// What is behind `(`.
    fn open(&mut self) -> Result<(), String> {
        let flags = self.flag();
        if self.eat("?#") {
            let end = self.rest.find(')').ok_or("a comment is not closed")?;
            self.rest = &self.rest[end + 1..];
            return Ok(());
        }
        if self.rest.starts_with('*') {
            return Err("the quantifier '*' stands behind nothing".to_owned());
        }
        if !self.rest.starts_with('?') {
            self.flags.push(flags);
            if flags.explicit_capture {
                self.out.push_str("(?:");
            } else {
                self.named.push(false);
                self.out.push('(');
            }
            return Ok(());
        }
        for plain in ["?:", "?=", "?!", "?>", "?<=", "?<!"] {
            if self.eat(plain) {
                self.flags.push(flags);
                self.out.push('(');
                self.out.push_str(plain);
                return Ok(());
            }
        }
        for (opening, closing) in [("?<", '>'), ("?'", '\'')] {
            if self.eat(opening) {
                let end = self.rest.find(closing).ok_or("the name of a group is not closed")?;
                let name = &self.rest[..end];
                if name.contains('-') {
                    return Err("balancing groups are not supported".to_owned());
                }
                self.named.push(true);
                self.flags.push(flags);
                self.out.push_str(&format!("(?<{name}>"));
                self.rest = &self.rest[end + 1..];
                return Ok(());
            }
        }
        self.options(flags)
    }

    /// `?imsx-imsx)` or `?imsx-imsx:`
    fn options(&mut self, mut flags: Flags) -> Result<(), String> {
        let end = self.rest.find([')', ':']).ok_or("a group is not closed")?;
        let letters = &self.rest[1..end];
        let mut on = true;
        for letter in letters.chars() {
            match letter {
                '-' => on = false,
                '+' => on = true,
                'm' => flags.multi_line = on,
                'x' => flags.extended = on,
                'n' => flags.explicit_capture = on,
                'i' | 's' => {}
                other => return Err(format!("the group option '{other}' is not supported")),
            }
        }
        let closes = self.rest[end..].starts_with(')');
        // The other engine has no `n`, and needs none: see `open`.
        let letters: String = letters.chars().filter(|letter| *letter != 'n').collect();
        let letters = letters.trim_end_matches('-');
        if !(closes && letters.is_empty()) {
            self.out.push_str("(?");
            self.out.push_str(letters);
            self.out.push(if closes { ')' } else { ':' });
        }
        self.rest = &self.rest[end + 1..];
        if closes {
            // From here to the end of the group around.
            if let Some(current) = self.flags.last_mut() {
                *current = flags;
            }
        } else {
            self.flags.push(flags);
        }
        Ok(())
    }

    /// What is behind `[`, up to and with its `]`.
    fn class(&mut self) -> Result<(), String> {
        self.out.push('[');
        if self.eat("^") {
            self.out.push('^');
        }
        let mut first = true;
        // Whether a `-` would stand between the ends of a range.
        let mut after_start = false;
        loop {
            let c = self.next().ok_or("a character class is not closed")?;
            match c {
                ']' if !first => break,
                '-' if !first && self.eat("[") => {
                    self.out.push_str("--");
                    self.class()?;
                }
                '-' if after_start && !self.rest.starts_with(']') => {
                    self.out.push('-');
                    after_start = false;
                    first = false;
                    continue;
                }
                '\\' => self.escape(true)?,
                c => self.literal(c),
            }
            first = false;
            after_start = !self.out.ends_with('-');
        }
        self.out.push(']');
        Ok(())
    }
}

/// Whether what is behind `{` makes it a quantifier: `n}`, `n,}` or `n,m}`.
fn is_quantifier(rest: &str) -> bool {
    let Some(end) = rest.find('}') else { return false };
    let (least, most) = rest[..end].split_once(',').unwrap_or((&rest[..end], ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !least.is_empty() && digits(least) && digits(most)
}
