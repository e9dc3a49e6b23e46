//! .NET's custom numeric format strings: `0.00`, `#,##0`, `0%`, `0.0E+0`, `a;b;c`...

use super::number::Digits;

/// One piece of a format section.
enum Piece {
    Literal(String),
    /// `0` or `#`.
    Digit,
    Point,
    /// `E+00`: the letter, whether a plus sign is shown, and the least number of digits.
    Exponent(char, bool, usize),
}

/// A format section, read.
#[derive(Default)]
struct Section {
    pieces: Vec<Piece>,
    /// Digit places in front of the decimal point.
    integer_places: i32,
    /// Digit places behind it.
    decimal_places: i32,
    /// The highest `0` in front of the point, counted from the point.
    integer_zeros: i32,
    /// The lowest `0` behind the point, counted from the point.
    decimal_zeros: i32,
    thousands: bool,
    /// Powers of ten that `%`, `‰` and commas at the end of the integer part ask for.
    scale: i32,
    scientific: bool,
}

impl Section {
    /// Whether nothing of a number is left when it is shown.
    fn rounds_to_zero(&self, number: &Digits) -> bool {
        let mut shown = number.clone();
        shown.point += self.scale;
        if !self.scientific {
            shown.round_decimals(self.decimal_places);
        }
        shown.is_zero()
    }
}

/// Formats by a custom format. There is no invalid one: what has no meaning is literal. Where
/// `zero_has_sign` (a double), also a negative number that is zero, or is rounded to it, has a minus.
pub(crate) fn custom(number: &Digits, zero_has_sign: bool, format: &str) -> String {
    let sections = split_sections(format);
    // A section that is missing or empty is the first one.
    let existing = |index: usize| match sections.get(index) {
        Some(text) if !text.is_empty() => index,
        _ => 0,
    };
    let mut index = match number {
        zero if zero.is_zero() => existing(2),
        other => existing(usize::from(other.negative)),
    };
    let mut section = read_section(sections[index]);
    let mut number = number.clone();
    if section.rounds_to_zero(&number) {
        number.digits.clear();
        index = existing(2);
        section = read_section(sections[index]);
    }
    let text = render(&number, &section);
    let negative = number.negative && (zero_has_sign || !number.is_zero());
    if negative && index == 0 && !text.is_empty() { format!("-{text}") } else { text }
}

/// Cuts at `;` outside quotes and escapes.
fn split_sections(format: &str) -> Vec<&str> {
    let mut sections = Vec::new();
    let mut start = 0;
    let mut characters = format.char_indices();
    while let Some((offset, c)) = characters.next() {
        match c {
            '\\' => {
                characters.next();
            }
            '\'' | '"' => {
                characters.by_ref().find(|(_, other)| *other == c);
            }
            ';' => {
                sections.push(&format[start..offset]);
                start = offset + 1;
            }
            _ => {}
        }
    }
    sections.push(&format[start..]);
    sections
}

fn read_section(text: &str) -> Section {
    let mut section = Section::default();
    let mut seen_point = false;
    // Commas since the last integer digit: thousands if a digit follows, a scale if not.
    let mut pending_commas = 0;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '0' | '#' => {
                let zero = c == '0';
                section.pieces.push(Piece::Digit);
                if seen_point {
                    section.decimal_places += 1;
                    if zero {
                        section.decimal_zeros = section.decimal_places;
                    }
                } else {
                    if section.integer_places > 0 && pending_commas > 0 {
                        section.thousands = true;
                    }
                    pending_commas = 0;
                    section.integer_places += 1;
                    section.integer_zeros += i32::from(zero || section.integer_zeros > 0);
                }
            }
            '.' if !seen_point => {
                seen_point = true;
                section.pieces.push(Piece::Point);
            }
            '.' => {}
            ',' if !seen_point && section.integer_places > 0 => pending_commas += 1,
            ',' => {}
            '%' | '‰' => {
                section.scale += if c == '%' { 2 } else { 3 };
                section.pieces.push(Piece::Literal(c.to_string()));
            }
            '\\' => {
                if let Some(escaped) = rest.chars().next() {
                    rest = &rest[escaped.len_utf8()..];
                    section.pieces.push(Piece::Literal(escaped.to_string()));
                }
            }
            '\'' | '"' => {
                let end = rest.find(c).unwrap_or(rest.len());
                section.pieces.push(Piece::Literal(rest[..end].to_owned()));
                rest = rest.get(end + 1..).unwrap_or("");
            }
            'E' | 'e' => {
                let signs = usize::from(rest.starts_with(['+', '-']));
                let zeros = rest[signs..].bytes().take_while(|byte| *byte == b'0').count();
                if zeros > 0 {
                    section.scientific = true;
                    section.pieces.push(Piece::Exponent(c, rest.starts_with('+'), zeros.min(10)));
                    rest = &rest[signs + zeros..];
                } else {
                    section.pieces.push(Piece::Literal(c.to_string()));
                }
            }
            _ => section.pieces.push(Piece::Literal(c.to_string())),
        }
    }
    section.scale -= 3 * pending_commas;
    section
}

fn render(number: &Digits, section: &Section) -> String {
    let mut digits = number.clone();
    digits.point += section.scale;
    let mut exponent = 0;
    if section.scientific {
        if !digits.is_zero() {
            digits.round_at(section.integer_places + section.decimal_places);
            exponent = digits.point - section.integer_places;
            digits.point -= exponent;
        }
    } else {
        digits.round_decimals(section.decimal_places);
    }
    let mut out = String::new();
    let integer_digits = match digits.is_zero() {
        // With an exponent, every place has a digit.
        true if section.scientific => section.integer_places,
        true => 0,
        false => digits.point.max(0),
    };
    let decimals = {
        let mut used = digits.decimals().min(section.decimal_places);
        while used > section.decimal_zeros && digits.digit_at(-used) == 0 {
            used -= 1;
        }
        used.max(section.decimal_zeros)
    };
    let mut place = section.integer_places;
    let mut started = false;
    for piece in &section.pieces {
        match piece {
            Piece::Literal(text) => out.push_str(text),
            Piece::Point => {
                if !started {
                    // There is no place in front of it: all digits stand here.
                    for at in (0..integer_digits).rev() {
                        out.push(char::from(b'0' + digits.digit_at(at)));
                    }
                    started = true;
                }
                if decimals > 0 {
                    out.push('.');
                }
                place = 0;
            }
            Piece::Digit => {
                place -= 1;
                if place < 0 {
                    if -place <= decimals {
                        out.push(char::from(b'0' + digits.digit_at(place)));
                    }
                    continue;
                }
                // The first place also takes all digits that there is no place for.
                let from = if started { place } else { (integer_digits - 1).max(place) };
                started = true;
                for at in (place..=from).rev() {
                    if at < integer_digits.max(section.integer_zeros) {
                        out.push(char::from(b'0' + digits.digit_at(at)));
                        if section.thousands && at > 0 && at % 3 == 0 {
                            out.push(',');
                        }
                    }
                }
            }
            Piece::Exponent(letter, plus, width) => {
                out.push(*letter);
                if exponent < 0 {
                    out.push('-');
                } else if *plus {
                    out.push('+');
                }
                out.push_str(&format!("{:0width$}", exponent.abs(), width = *width));
            }
        }
    }
    out
}
