//! Words: what feeds say about themselves, in the language of the site.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::front_matter::syntax::{self, Syntax};
use crate::types::language;

/// Templates by their key, by language.
type Words = BTreeMap<String, BTreeMap<String, String>>;

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    // A test holds that the file can be read.
    syntax::read(Syntax::Yaml, include_str!("words.yaml")).ok().flatten().unwrap_or_default()
});

/// The template with a key, in a language or the one that it is a variety of: `de` for `de-AT`.
pub(crate) fn template(language: &str, key: &str) -> Option<&'static str> {
    let tag = language.to_ascii_lowercase();
    let words = language::lookup(&tag).find_map(|tag| WORDS.get(tag))?;
    words.get(key).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_the_same_templates() {
        let english = &WORDS["en"];
        for (language, words) in WORDS.iter() {
            assert!(words.keys().eq(english.keys()), "{language}");
            for (key, template) in words {
                for placeholder in ["{name}", "{site}"] {
                    let count = template.matches(placeholder).count();
                    let expected = english[key].matches(placeholder).count();
                    assert_eq!(count, expected, "{language}: {key}");
                }
            }
        }
    }

    #[test]
    fn a_variety_of_a_language_has_its_words() {
        assert_eq!(template("de-AT", "about"), Some("Artikel über {name}"));
        assert_eq!(template("DE", "about"), template("de", "about"));
        assert_eq!(template("eo", "about"), None);
        assert_eq!(template("den", "about"), None);
    }
}
