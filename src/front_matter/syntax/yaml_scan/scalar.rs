//! Scalars: what a text means that stands in quotes, or without.

use super::shape::Shape;

/// Whether it is clear what each character in double quotes means.
pub(super) fn is_unescapable(inside: &str) -> bool {
    meant(inside).all(|c| c.is_some())
}

/// What stands in double quotes, if all of it is clear.
pub(super) fn unescaped(inside: &str) -> String {
    meant(inside).flatten().collect()
}

/// The characters that are meant by those in double quotes; `None` for what is not clear.
fn meant(inside: &str) -> impl Iterator<Item = Option<char>> {
    let mut chars = inside.chars();
    std::iter::from_fn(move || {
        Some(match chars.next()? {
            '"' => None,
            '\\' => match chars.next() {
                Some(c @ ('"' | '\\' | '/')) => Some(c),
                Some('n') => Some('\n'),
                Some('t') => Some('\t'),
                _ => None,
            },
            c => Some(c),
        })
    })
}

/// A text without quotes as what YAML takes it for.
pub(super) fn typed(text: &str) -> Option<Shape<'_>> {
    match text.bytes().next()? {
        b'-' | b'0'..=b'9' => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let canonical = !digits.starts_with('0') || text == "0";
            let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            if all_digits && canonical && digits.len() <= 18 {
                return Some(Shape::Integer(text));
            }
            // A number in some notation has no other characters than these, and no dash behind a
            // digit; a date has.
            let number =
                |c: char| c.is_ascii_hexdigit() || matches!(c, 'x' | 'o' | '_' | '.' | '+' | '-');
            let mut pairs = text.as_bytes().windows(2);
            let dash = pairs.any(|two| matches!(two, [b'0'..=b'9', b'-']));
            let sure = dash || !text.chars().all(number);
            (!text.starts_with('-') && sure).then_some(Shape::Text(text))
        }
        // What is nothing but text at the beginning of a value.
        b'a'..=b'z' | b'A'..=b'Z' | b'(' | b'/' | b'$' | b'_' | 0x80.. => word(text),
        _ => None,
    }
}

/// A text that begins with a letter or with what is none of the signs of YAML.
fn word(text: &str) -> Option<Shape<'_>> {
    const ODD: [&str; 6] = ["null", "true", "false", "nan", "inf", "infinity"];
    if text.len() > "infinity".len() {
        return Some(Shape::Text(text));
    }
    match text {
        "null" => Some(Shape::Null),
        "true" => Some(Shape::Bool(true)),
        "false" => Some(Shape::Bool(false)),
        _ if ODD.iter().any(|odd| odd.eq_ignore_ascii_case(text)) => None,
        _ => Some(Shape::Text(text)),
    }
}
