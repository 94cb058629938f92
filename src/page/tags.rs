//! The tags of a page one after the other, without a tree: every page of a site is looked at, and a
//! parser would cost ten times as much.

use std::borrow::Cow;

use crate::types::text;

/// A start or end tag.
#[derive(Clone, Copy)]
pub(super) struct Tag<'p> {
    /// As written.
    pub(super) name: &'p str,
    pub(super) is_end: bool,
    /// What stands between the name and the end of the tag.
    attributes: &'p str,
    /// The first byte of the tag, and the byte behind it.
    pub(super) start: usize,
    pub(super) end: usize,
    /// The text of an element that holds no tags, such as `<title>`.
    pub(super) text: Option<&'p str>,
}

/// Finds the tags of a page.
pub(super) struct Tags<'p> {
    page: &'p str,
    position: usize,
}

/// Elements whose content is text (HTML, section 13.2.5).
const TEXT_ELEMENTS: [&str; 7] =
    ["script", "style", "title", "textarea", "noframes", "noembed", "xmp"];

impl<'p> Tags<'p> {
    pub(super) fn new(page: &'p str) -> Tags<'p> {
        Tags { page, position: 0 }
    }

    /// The tags from a byte on.
    pub(super) fn from(page: &'p str, position: usize) -> Tags<'p> {
        Tags { page, position }
    }

    fn rest(&self) -> &'p str {
        self.page.get(self.position..).unwrap_or_default()
    }

    /// Passes over what begins with `<!` or `<?`.
    fn skip_declaration(&mut self, inner: &str) {
        let end = match inner.strip_prefix("!--") {
            // `<!-->` is a comment as well.
            Some(comment) if comment.starts_with('>') => Some("!-->".len()),
            Some(comment) => comment.find("-->").map(|end| "!--".len() + end + "-->".len()),
            None => memchr::memchr(b'>', inner.as_bytes()).map(|end| end + 1),
        };
        self.position += 1 + end.unwrap_or(inner.len());
    }
}

impl<'p> Iterator for Tags<'p> {
    type Item = Tag<'p>;

    fn next(&mut self) -> Option<Tag<'p>> {
        loop {
            self.position += memchr::memchr(b'<', self.rest().as_bytes())?;
            let start = self.position;
            let inner = self.page.get(start + 1..)?;
            if inner.starts_with(['!', '?']) {
                self.skip_declaration(inner);
                continue;
            }
            let (is_end, named) = inner.strip_prefix('/').map_or((false, inner), |it| (true, it));
            if !named.starts_with(|c: char| c.is_ascii_alphabetic()) {
                self.position += 1;
                continue;
            }
            let is_end_of_name =
                |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>');
            let length = named.bytes().position(is_end_of_name).unwrap_or(named.len());
            let (name, rest) = named.split_at_checked(length)?;
            let length = length_of_attributes(rest);
            let attributes = rest.get(..length)?;
            self.position = self.page.len() - rest.len() + (length + 1).min(rest.len());
            let end = self.position;
            let text = (!is_end && is_one_of(name, &TEXT_ELEMENTS)).then(|| {
                let content = self.rest();
                let length = length_of_text(content, name);
                self.position += length;
                content.get(..length).unwrap_or_default()
            });
            return Some(Tag { name, is_end, attributes, start, end, text });
        }
    }
}

/// The bytes before the `>` that ends a tag. One between quotes does not end it.
fn length_of_attributes(rest: &str) -> usize {
    let mut bytes = rest.bytes().enumerate();
    let mut is_value = false;
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'>' => return at,
            b'"' | b'\'' if is_value => {
                bytes.find(|&(_, end)| end == byte);
                is_value = false;
            }
            b'=' => is_value = true,
            _ => is_value &= byte.is_ascii_whitespace(),
        }
    }
    rest.len()
}

/// The bytes before the end tag of an element that holds no other tags.
fn length_of_text(content: &str, name: &str) -> usize {
    let mut ends = memchr::memmem::find_iter(content.as_bytes(), "</");
    let is_end = |&at: &usize| {
        let found = content.get(at + 2..at + 2 + name.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(name))
    };
    ends.find(is_end).unwrap_or(content.len())
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|other| other.eq_ignore_ascii_case(name))
}

impl<'p> Tag<'p> {
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    pub(super) fn is_one_of(&self, names: &[&str]) -> bool {
        is_one_of(self.name, names)
    }

    /// Whether it ends with `/>`.
    pub(super) fn closes_itself(&self) -> bool {
        self.attributes.trim_ascii_end().ends_with('/')
    }

    /// Whether a word stands somewhere among the attributes, in lower case: a quick way to pass over most
    /// tags.
    pub(super) fn mentions(&self, word: &memchr::memmem::Finder<'_>) -> bool {
        word.find(self.attributes.as_bytes()).is_some()
    }

    pub(super) fn has_attributes(&self) -> bool {
        self.attributes.len() > 1
    }

    /// The value of an attribute, without white space around it.
    pub(super) fn attribute(&self, name: &str) -> Option<Cow<'p, str>> {
        let mut attributes = self.attributes();
        attributes.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| plain(value))
    }

    /// The values of the first attributes of these names, in one pass.
    pub(super) fn attributes_named<const N: usize>(
        &self,
        names: [&str; N],
    ) -> [Option<Cow<'p, str>>; N] {
        let mut found = [const { None }; N];
        for (own, value) in self.attributes() {
            for (slot, name) in found.iter_mut().zip(names) {
                if slot.is_none() && own.eq_ignore_ascii_case(name) {
                    *slot = Some(plain(value));
                }
            }
        }
        found
    }

    fn attributes(&self) -> Attributes<'p> {
        Attributes { rest: self.attributes }
    }

    /// The words of an attribute such as `class`.
    pub(super) fn words(&self, name: &str) -> Vec<String> {
        let value = self.attribute(name).unwrap_or_default();
        value.split_ascii_whitespace().map(str::to_owned).collect()
    }
}

/// The names and values of the attributes of a tag, as written.
struct Attributes<'p> {
    rest: &'p str,
}

impl<'p> Iterator for Attributes<'p> {
    type Item = (&'p str, &'p str);

    fn next(&mut self) -> Option<(&'p str, &'p str)> {
        let is_between = |byte: u8| byte.is_ascii_whitespace() || byte == b'/';
        let start = self.rest.bytes().position(|byte| !is_between(byte))?;
        let rest = self.rest.get(start..)?;
        // An attribute may begin with `=`.
        let is_end = |byte: u8| is_between(byte) || byte == b'=';
        let length = rest.bytes().skip(1).position(is_end).map_or(rest.len(), |end| end + 1);
        let (name, after) = rest.split_at_checked(length)?;
        let after = after.trim_ascii_start();
        let (value, after) = match after.strip_prefix('=') {
            Some(value) => value_of(value.trim_ascii_start()),
            None => ("", after),
        };
        self.rest = after;
        Some((name, value))
    }
}

fn plain(value: &str) -> Cow<'_, str> {
    text::unescape_attribute(value.trim())
}

/// The value that a text begins with, and what follows it.
fn value_of(text: &str) -> (&str, &str) {
    let bytes = text.as_bytes();
    if let Some(quote @ (b'"' | b'\'')) = bytes.first() {
        let value = text.get(1..).unwrap_or_default();
        let end = memchr::memchr(*quote, value.as_bytes());
        let (value, after) = end.and_then(|end| value.split_at_checked(end)).unwrap_or((value, ""));
        return (value, after.get(1..).unwrap_or_default());
    }
    let end = bytes.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_a_page_with_mistakes() {
        let page = "<!doctype html><!-- <p> --><A HREF='x > y' b=\"&amp;\" c=d/e f>1 < 2</a>\
                    <script>if (a<b) '</p>'</script><br/><title>A &lt;b></TITLE><p";
        let tags: Vec<String> = Tags::new(page)
            .map(|tag| format!("{}{}", if tag.is_end { "/" } else { "" }, tag.name))
            .collect();
        assert_eq!(tags, ["A", "/a", "script", "/script", "br", "title", "/TITLE", "p"]);
        let link = Tags::new(page).next().unwrap();
        let value = |name| link.attribute(name).map(Cow::into_owned);
        assert_eq!(value("href").as_deref(), Some("x > y"));
        assert_eq!(value("b").as_deref(), Some("&"));
        assert_eq!(value("c").as_deref(), Some("d/e"));
        assert_eq!(value("f").as_deref(), Some(""));
        assert_eq!(value("g"), None);
        assert!(Tags::new(page).any(|tag| tag.text == Some("A &lt;b>")));
    }

    #[test]
    fn a_tag_without_an_end_ends_with_the_page() {
        for page in ["<a href=\"x", "<!--", "<", "</", "<script>x", "<a =", "<a \"'", "<!-->x<p>"] {
            assert!(Tags::new(page).count() <= 1, "{page}");
        }
    }
}
