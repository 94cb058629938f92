//! Templates: what a site generator would have replaced in a body, and feedmill leaves out.

use std::borrow::Cow;

use crate::permalink::Permalinks;

/// Whose templates stand in bodies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Templates {
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

impl Templates {
    /// A body without templates, but for those that say an address at the site. What stands between
    /// two of them stays.
    pub(super) fn strip<'b>(
        self,
        body: Cow<'b, str>,
        permalinks: Option<&Permalinks>,
    ) -> Cow<'b, str> {
        let marks: &[(&str, &str)] = match self {
            Templates::None => &[],
            Templates::Hugo => &[("{{<", ">}}"), ("{{%", "%}}")],
            Templates::Jekyll => &[("{{", "}}"), ("{%", "%}")],
            Templates::Zola => &[("{{", "}}"), ("{%", "%}"), ("{#", "#}")],
        };
        if !marks.iter().any(|(opening, _)| body.contains(opening)) {
            return body;
        }
        let mut rest = &*body;
        let mut text = String::with_capacity(rest.len());
        let first = |rest: &str| {
            let found = marks.iter().filter_map(|&mark| Some((rest.find(mark.0)?, mark)));
            found.min_by_key(|(at, _)| *at)
        };
        while let Some((at, (opening, closing))) = first(rest) {
            let (before, inside) = rest.split_at_checked(at).unwrap_or((rest, ""));
            let inside = inside.strip_prefix(opening).unwrap_or(inside);
            // What does not end is text.
            let Some((inside, after)) = inside.split_once(closing) else { break };
            text.push_str(before);
            rest = after;
            let mut words = inside.trim_matches(|c: char| c == '-' || c.is_whitespace()).split(' ');
            match (self, words.next()) {
                (Templates::Jekyll, Some("raw")) => {
                    let end = ["{% endraw %}", "{%- endraw -%}", "{%endraw%}"];
                    let end = end.iter().filter_map(|end| after.split_once(end));
                    if let Some((raw, after)) = end.min_by_key(|(raw, _)| raw.len()) {
                        text.push_str(raw);
                        rest = after;
                    }
                }
                (Templates::Jekyll, Some("highlight")) => {
                    text.push_str("\n```");
                    text.push_str(words.next().unwrap_or_default());
                }
                (Templates::Jekyll, Some("endhighlight")) => text.push_str("```\n"),
                (Templates::Jekyll, Some(_)) if opening == "{{" => {
                    text.extend(permalinks.and_then(|permalinks| address(inside, permalinks)));
                }
                _ => {}
            }
        }
        text.push_str(rest);
        Cow::Owned(text)
    }
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
    use crate::link::WebUrl;
    use crate::permalink::{Pattern, Slugs};

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
            let stripped = Templates::Jekyll.strip(Cow::Borrowed(body), Some(&permalinks));
            assert_eq!(stripped, expected, "{body}");
        }
    }

    #[test]
    fn what_stays_of_a_body() {
        for (templates, body, expected) in [
            (Templates::None, "{{ x }}", "{{ x }}"),
            (Templates::Hugo, "a {{< figure src=\"x\" >}} b {{ .Page }}", "a  b {{ .Page }}"),
            (Templates::Hugo, "{{% note %}}text{{% /note %}}", "text"),
            (Templates::Jekyll, "![x]({{ site.baseurl }}/x.png) {% include y %}", "![x](/x.png) "),
            (Templates::Jekyll, "{% raw %}{{ x }}{% endraw %} {{ y }}", "{{ x }} "),
            (
                Templates::Jekyll,
                "{% highlight ruby linenos %}\nputs\n{% endhighlight %}",
                "\n```ruby\nputs\n```\n",
            ),
            (Templates::Zola, "{# a #}{% quote() %}b{% end %}{{ c() }}", "b"),
            (Templates::Zola, "an open {{ stays", "an open {{ stays"),
        ] {
            assert_eq!(templates.strip(Cow::Borrowed(body), None), expected, "{body}");
        }
    }
}
