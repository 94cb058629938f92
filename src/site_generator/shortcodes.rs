//! Templates: what a site generator would have replaced in a body, and feedmill leaves out.

use std::borrow::Cow;

use crate::site_generator::permalink::Permalinks;

/// Whose templates stand in bodies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shortcodes {
    /// Nobody's.
    #[default]
    None,
    /// `{{< name >}}` and `{{% name %}}`.
    Hugo,
    /// `{{ value }}` and `{% tag %}` as Liquid has them, with `raw` and `highlight`.
    Jekyll,
    /// `{{ name() }}`, `{% name() %}` and `{# comment #}`.
    Zola,
}

impl Shortcodes {
    /// A body without templates, but for those that say an address at the site. What stands between
    /// two of them stays.
    pub(crate) fn strip<'b>(
        self,
        body: Cow<'b, str>,
        permalinks: Option<&Permalinks>,
    ) -> Cow<'b, str> {
        let marks: &[(&str, &str)] = match self {
            Shortcodes::None => &[],
            Shortcodes::Hugo => &[("{{<", ">}}"), ("{{%", "%}}")],
            Shortcodes::Jekyll => &[("{{", "}}"), ("{%", "%}"), ("{:", "}")],
            Shortcodes::Zola => &[("{{", "}}"), ("{%", "%}"), ("{#", "#}")],
        };
        if !marks.iter().any(|(opening, _)| body.contains(opening)) {
            return body;
        }
        let mut rest = &*body;
        let mut text = String::with_capacity(rest.len());
        while let Some(found) = next(marks, rest) {
            text.push_str(found.before);
            rest = found.after;
            match (self, found.word()) {
                // How a shortcode is shown that is not one.
                (Shortcodes::Hugo, _) if found.inside.starts_with("/*") => {
                    let shown = found.inside.trim_start_matches("/*").trim_end_matches("*/");
                    text.extend([found.opening, shown, found.closing]);
                }
                (Shortcodes::Jekyll, "raw") => {
                    let (raw, after) = block(marks, rest, "raw");
                    text.push_str(raw);
                    rest = after;
                }
                // Whether it would be shown only the generator knows.
                (Shortcodes::Jekyll, name) if HIDING.contains(&name) => {
                    (_, rest) = block(marks, rest, name);
                }
                (Shortcodes::Jekyll, ":comment") => {
                    rest = rest.split_once("{:/comment}").map_or("", |(_, after)| after);
                }
                (Shortcodes::Jekyll, "highlight") => {
                    text.push_str("\n```");
                    text.push_str(found.inside.split_whitespace().nth(1).unwrap_or_default());
                }
                (Shortcodes::Jekyll, "endhighlight") => text.push_str("```\n"),
                (Shortcodes::Jekyll, _) if found.opening == "{{" => {
                    text.extend(permalinks.and_then(|site| address(found.inside, site)));
                }
                _ => {}
            }
        }
        text.push_str(rest);
        Cow::Owned(text)
    }
}

/// Blocks of Liquid whose inside is not always shown, or never.
const HIDING: [&str; 7] = ["capture", "case", "comment", "for", "if", "tablerow", "unless"];

/// A template and what stands around it.
struct Found<'t> {
    before: &'t str,
    opening: &'static str,
    inside: &'t str,
    closing: &'static str,
    after: &'t str,
}

impl Found<'_> {
    /// What it begins with.
    fn word(&self) -> &str {
        let inside = self.inside.trim_start_matches('-');
        inside
            .split(|c: char| c.is_whitespace() || c == '-')
            .find(|word| !word.is_empty())
            .unwrap_or_default()
    }
}

/// The first template of a text. What does not end is text.
fn next<'t>(marks: &[(&'static str, &'static str)], text: &'t str) -> Option<Found<'t>> {
    let found = marks.iter().filter_map(|&mark| Some((text.find(mark.0)?, mark)));
    let (at, (opening, closing)) = found.min_by_key(|(at, _)| *at)?;
    let (before, from) = text.split_at_checked(at)?;
    let (inside, after) = from.strip_prefix(opening)?.split_once(closing)?;
    Some(Found { before, opening, inside, closing, after })
}

/// What stands before the end of a block that has begun, and behind it; a block that does not end
/// takes everything.
fn block<'t>(
    marks: &[(&'static str, &'static str)],
    text: &'t str,
    name: &str,
) -> (&'t str, &'t str) {
    let end = format!("end{name}");
    let mut depth = 1;
    let mut rest = text;
    while let Some(found) = next(marks, rest) {
        let word = found.word();
        if word == end {
            depth -= 1;
        } else if word == name && name != "raw" && name != "comment" {
            depth += 1;
        }
        if depth == 0 {
            let length = text.len() - rest.len() + found.before.len();
            return (text.get(..length).unwrap_or_default(), found.after);
        }
        rest = found.after;
    }
    (text, "")
}

/// What Liquid makes of `site.baseurl`, `site.url` and `"/path" | relative_url`.
fn address(value: &str, permalinks: &Permalinks) -> Option<String> {
    let site = permalinks.site.as_str().trim_end_matches('/');
    let (value, filter) = value.split_once('|').unwrap_or((value, ""));
    match (value.trim(), filter.trim()) {
        // What follows is a path from the root of the site, with or without its address before.
        ("site.url", _) => Some(permalinks.site.root().as_str().trim_end_matches('/').to_owned()),
        ("site.baseurl", _) => {
            let root = permalinks.site.root();
            let path = site.strip_prefix(root.as_str())?;
            (!path.is_empty()).then(|| format!("/{path}"))
        }
        (quoted, "relative_url" | "absolute_url") => {
            let path = quoted.trim_matches(['"', '\'']);
            Some(permalinks.absolute(path)?.to_string())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site_generator::permalink::{Pattern, Slugs};
    use crate::types::url::WebUrl;

    #[test]
    fn addresses_at_the_site() {
        let permalinks = Permalinks {
            site: WebUrl::parse("https://example.org/blog/").unwrap(),
            roots: Vec::new(),
            sections: std::collections::BTreeMap::new(),
            pattern: Pattern::parse("/:slug", Slugs::Jekyll).unwrap(),
            slugs: Slugs::Jekyll,
        };
        for (body, expected) in [
            ("({{ site.baseurl }}/x.png)", "(/blog/x.png)"),
            ("{{ site.url }}{{site.baseurl}}/x", "https://example.org/blog/x"),
            ("({{ '/x.png' | relative_url }})", "(https://example.org/blog/x.png)"),
            ("{{ page.title }}", ""),
        ] {
            let stripped = Shortcodes::Jekyll.strip(Cow::Borrowed(body), Some(&permalinks));
            assert_eq!(stripped, expected, "{body}");
        }
    }

    #[test]
    fn what_stays_of_a_body() {
        for (templates, body, expected) in [
            (Shortcodes::None, "{{ x }}", "{{ x }}"),
            (Shortcodes::Hugo, "a {{< figure src=\"x\" >}} b {{ .Page }}", "a  b {{ .Page }}"),
            (Shortcodes::Hugo, "{{% note %}}text{{% /note %}}", "text"),
            (Shortcodes::Jekyll, "![x]({{ site.baseurl }}/x.png) {% include y %}", "![x](/x.png) "),
            (Shortcodes::Jekyll, "{% raw %}{{ x }}{% endraw %} {{ y }}", "{{ x }} "),
            (Shortcodes::Jekyll, "a{%- comment -%}SECRET{%- endcomment -%}b", "ab"),
            (Shortcodes::Jekyll, "a{% if x %}{% if y %}S{% endif %}{% else %}S{% endif %}b", "ab"),
            (Shortcodes::Jekyll, "a{% capture x %}SECRET", "a"),
            (Shortcodes::Jekyll, "{::comment}SECRET{:/comment}a{: .cls}", "a"),
            (Shortcodes::Jekyll, "{%raw%}{{ x }}{%endraw%}", "{{ x }}"),
            (Shortcodes::Hugo, "{{</* ref x */>}}", "{{< ref x >}}"),
            (
                Shortcodes::Jekyll,
                "{% highlight ruby linenos %}\nputs\n{% endhighlight %}",
                "\n```ruby\nputs\n```\n",
            ),
            (Shortcodes::Zola, "{# a #}{% quote() %}b{% end %}{{ c() }}", "b"),
            (Shortcodes::Zola, "an open {{ stays", "an open {{ stays"),
        ] {
            assert_eq!(templates.strip(Cow::Borrowed(body), None), expected, "{body}");
        }
    }
}
