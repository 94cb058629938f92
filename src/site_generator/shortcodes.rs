//! Shortcodes: marks in a body that the site generator would have replaced, and feedmill takes out.

use std::borrow::Cow;

use super::{Permalinks, ReadOptions};

/// What a shortcode begins and ends with.
pub(super) type Marks = (&'static str, &'static str);

/// A body without shortcodes; the text between two of them stays.
pub(crate) fn strip<'b>(body: Cow<'b, str>, options: &ReadOptions) -> Cow<'b, str> {
    let Some(generator) = options.generator else { return body };
    let rules = generator.rules();
    let marks = rules.marks;
    if !marks.iter().any(|(opening, _)| body.contains(opening)) {
        return body;
    }
    let permalinks = options.permalinks.as_ref();
    let text = String::with_capacity(body.len());
    let mut stripped = Stripped { text, rest: &body, marks, permalinks };
    while let Some(shortcode) = find(marks, stripped.rest) {
        stripped.text.push_str(shortcode.before);
        stripped.rest = shortcode.after;
        (rules.expand)(&shortcode, &mut stripped);
    }
    stripped.text.push_str(stripped.rest);
    Cow::Owned(stripped.text)
}

/// A body that is being stripped.
pub(crate) struct Stripped<'b> {
    /// The text so far.
    pub(super) text: String,
    /// The body behind the last shortcode.
    pub(super) rest: &'b str,
    pub(super) permalinks: Option<&'b Permalinks>,
    marks: &'static [Marks],
}

/// A shortcode and the text around it.
pub(crate) struct Shortcode<'b> {
    pub(super) marks: Marks,
    pub(super) inside: &'b str,
    before: &'b str,
    after: &'b str,
}

impl Shortcode<'_> {
    /// The first word inside.
    pub(super) fn word(&self) -> &str {
        let mut words = self.inside.split(|c: char| c.is_whitespace() || c == '-');
        words.find(|word| !word.is_empty()).unwrap_or_default()
    }
}

impl<'b> Stripped<'b> {
    /// Skips a block that has begun, to behind its `end…`, and returns what is in it. A block without
    /// an end takes the whole rest.
    pub(super) fn skip_block(&mut self, name: &str) -> &'b str {
        let end = format!("end{name}");
        let block = self.rest;
        let mut depth = 1;
        while let Some(shortcode) = find(self.marks, self.rest) {
            let length = block.len() - self.rest.len() + shortcode.before.len();
            let word = shortcode.word();
            if word == end {
                depth -= 1;
            } else if word == name && name != "raw" && name != "comment" {
                depth += 1;
            }
            self.rest = shortcode.after;
            if depth == 0 {
                return block.get(..length).unwrap_or_default();
            }
        }
        self.rest = "";
        block
    }
}

/// The first shortcode of a text. Marks without an end are text.
fn find<'b>(marks: &[Marks], text: &'b str) -> Option<Shortcode<'b>> {
    let found = marks.iter().filter_map(|&marks| Some((text.find(marks.0)?, marks)));
    let (start, marks) = found.min_by_key(|(start, _)| *start)?;
    let (before, shortcode) = text.split_at_checked(start)?;
    let (inside, after) = shortcode.strip_prefix(marks.0)?.split_once(marks.1)?;
    Some(Shortcode { marks, inside, before, after })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site_generator::{NameStyle, Pattern, SiteGenerator, UglyUrls};
    use crate::types::url::WebUrl;

    #[test]
    fn addresses_at_the_site() {
        let permalinks = Permalinks {
            site: WebUrl::parse("https://example.org/blog/").unwrap(),
            bases: Vec::new(),
            keeps_end: false,
            ugly: UglyUrls::default(),
            names: NameStyle::default(),
            sections: std::collections::BTreeMap::new(),
            pattern: Pattern::parse("/:slug", SiteGenerator::Jekyll).unwrap(),
            generator: SiteGenerator::Jekyll,
        };
        for (body, expected) in [
            ("({{ site.baseurl }}/x.png)", "(/blog/x.png)"),
            ("{{ site.url }}{{site.baseurl}}/x", "https://example.org/blog/x"),
            ("({{ '/x.png' | relative_url }})", "(https://example.org/blog/x.png)"),
            ("{{ page.title }}", ""),
        ] {
            let permalinks = Some(permalinks.clone());
            let options = ReadOptions { permalinks, ..SiteGenerator::Jekyll.options() };
            assert_eq!(strip(Cow::Borrowed(body), &options), expected, "{body}");
        }
    }

    #[test]
    fn shortcodes_are_taken_out_of_a_body() {
        for (generator, body, expected) in [
            (SiteGenerator::Hugo, "a {{< figure src=\"x\" >}} b {{ .Page }}", "a  b {{ .Page }}"),
            (SiteGenerator::Hugo, "{{% note %}}text{{% /note %}}", "text"),
            (
                SiteGenerator::Jekyll,
                "![x]({{ site.baseurl }}/x.png) {% include y %}",
                "![x](/x.png) ",
            ),
            (SiteGenerator::Jekyll, "{% raw %}{{ x }}{% endraw %} {{ y }}", "{{ x }} "),
            (SiteGenerator::Jekyll, "a{%- comment -%}SECRET{%- endcomment -%}b", "ab"),
            (
                SiteGenerator::Jekyll,
                "a{% if x %}{% if y %}S{% endif %}{% else %}S{% endif %}b",
                "ab",
            ),
            (SiteGenerator::Jekyll, "a{% capture x %}SECRET", "a"),
            (SiteGenerator::Jekyll, "{::comment}SECRET{:/comment}a{: .cls}", "a"),
            (SiteGenerator::Jekyll, "{%raw%}{{ x }}{%endraw%}", "{{ x }}"),
            (SiteGenerator::Hugo, "{{</* ref x */>}}", "{{< ref x >}}"),
            (
                SiteGenerator::Jekyll,
                "{% highlight ruby linenos %}\nputs\n{% endhighlight %}",
                "\n```ruby\nputs\n```\n",
            ),
            (SiteGenerator::Zola, "{# a #}{% quote() %}b{% end %}{{ c() }}", "b"),
            (SiteGenerator::Zola, "an open {{ stays", "an open {{ stays"),
        ] {
            let stripped = strip(Cow::Borrowed(body), &generator.options());
            assert_eq!(stripped, expected, "{body}");
        }
    }
}
