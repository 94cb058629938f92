//! JSON-LD: what a page says about its article for search engines (schema.org).

use crate::front_matter::Value;
use crate::front_matter::syntax::{self, Syntax};

/// What a page says about its article. Texts are as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct JsonLd {
    pub(super) headline: Option<String>,
    pub(super) published: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) keywords: Vec<String>,
    pub(super) image: Option<String>,
    pub(super) description: Option<String>,
}

/// Types of articles.
const ARTICLES: [&str; 8] = [
    "Article",
    "BlogPosting",
    "NewsArticle",
    "TechArticle",
    "ScholarlyArticle",
    "OpinionNewsArticle",
    "ReportageNewsArticle",
    "LiveBlogPosting",
];

/// Nesting of articles in other things.
const MAX_DEPTH: usize = 6;

/// Whether a type of schema.org is one of articles, with or without its address.
pub(super) fn is_article_type(name: &str) -> bool {
    let name = name.trim().rsplit(['/', '#', ':']).next().unwrap_or_default();
    ARTICLES.contains(&name)
}

/// What a block says of the articles on the page. Several are a list of articles, of which none is the
/// page's own.
pub(super) fn articles(block: &str) -> Vec<JsonLd> {
    // Some templates leave line breaks in texts.
    let sound = block.replace(|c: char| c.is_control(), " ");
    let Ok(Some(value)) =
        syntax::read::<Value<'_>>(Syntax::Json, sound.trim().trim_end_matches(';'))
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    collect(&value, 0, &mut found);
    found
}

fn collect(value: &Value<'_>, depth: usize, found: &mut Vec<JsonLd>) {
    if depth > MAX_DEPTH {
        return;
    }
    for item in value.items() {
        if item.texts("@type").iter().any(|name| is_article_type(name)) {
            found.push(article(item));
            continue;
        }
        // Not the lists of other articles that a blog or a page may have.
        for key in ["@graph", "mainEntity"] {
            collect(item.at(key), depth + 1, found);
        }
    }
}

fn article(value: &Value<'_>) -> JsonLd {
    let keywords = value.texts("keywords");
    let keywords = keywords.iter().flat_map(|keywords| keywords.split(','));
    JsonLd {
        headline: value.text("headline").or_else(|| value.text("name")),
        published: value.text("datePublished"),
        modified: value.text("dateModified"),
        authors: names(value.at("author")),
        keywords: keywords
            .map(|keyword| keyword.trim().to_owned())
            .filter(|it| !it.is_empty())
            .collect(),
        image: image(value.at("image")),
        description: value.text("description"),
    }
}

/// The names of one or more persons, each a text or a mapping.
fn names(value: &Value<'_>) -> Vec<String> {
    let name =
        |person: &Value<'_>| person.text("name").or_else(|| person.as_text().map(str::to_owned));
    value.items().iter().filter_map(name).filter(|name| !name.trim().is_empty()).collect()
}

/// The address of the first image.
fn image(value: &Value<'_>) -> Option<String> {
    let url = |image: &Value<'_>| {
        let own = image.text("url").or_else(|| image.text("contentUrl"));
        own.or_else(|| image.as_text().map(str::to_owned))
    };
    value.items().iter().find_map(url).filter(|url| !url.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_in_many_shapes() {
        for (block, headlines) in [
            (r#"{"@type":"BlogPosting","headline":"A","datePublished":"2024-05-01"}"#, vec!["A"]),
            (r#"[{"@type":["Thing","schema:Article"],"name":"A"}]"#, vec!["A"]),
            (
                r#"{"@graph":[{"@type":"WebSite"},{"@type":"https://schema.org/NewsArticle","headline":"A"}]}"#,
                vec!["A"],
            ),
            ("{\"@type\":\"Article\",\"headline\":\"A\nb\"};", vec!["A b"]),
            (r#"{"@type":"Blog","blogPost":[{"@type":"BlogPosting","headline":"A"}]}"#, vec![]),
            (r#"{"@type":"Article","headline":"unsound "quotes""}"#, vec![]),
            ("", vec![]),
        ] {
            let found = articles(block);
            let found: Vec<&str> = found.iter().filter_map(|it| it.headline.as_deref()).collect();
            assert_eq!(found, headlines, "{block}");
        }
        assert!(articles(&"[".repeat(100_000)).is_empty());
    }

    #[test]
    fn persons_images_and_keywords_have_many_shapes() {
        let block = r#"{"@type":"Article","author":[{"name":"Ann"},"Bo",{"name":" "}],
            "image":[{"url":"/a.png"}],"keywords":"x, y,"}"#;
        let found = articles(block);
        assert_eq!(found[0].authors, ["Ann", "Bo"]);
        assert_eq!(found[0].image.as_deref(), Some("/a.png"));
        assert_eq!(found[0].keywords, ["x", "y"]);
    }
}
