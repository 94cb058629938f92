//! Texts for the feeds of a list that no reader takes for the same.
//!
//! A feed's own title depends on the settings alone, so two feeds can have one title: a topic and a
//! provider of the same name. Some readers know a feed by its text. rss2email folds it (`C#` and `C++`
//! both become `C-`) and refuses a list with two equal ones.

use std::collections::BTreeMap;

use super::Outline;
use super::words::Words;
use crate::types::slug::is_letter_or_digit;
use crate::types::text;

/// Some readers name a file by the title of a feed.
const TITLE_CHARS: usize = 100;

/// How a text says which feed it is of. Only texts that fold together are marked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    Kind,
    File,
}

/// A text for each feed: its title, with its kind or else its file where texts fold together.
pub(super) fn distinct(outlines: &[&Outline], words: &Words) -> Vec<String> {
    let mut marks = vec![Mark::None; outlines.len()];
    loop {
        let texts = outlines.iter().zip(&marks).map(|(outline, mark)| text(outline, *mark, words));
        let texts: Vec<String> = texts.collect();
        let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
        for text in &texts {
            *numbers.entry(fold(text)).or_default() += 1;
        }
        let mut is_done = true;
        for (text, mark) in texts.iter().zip(&mut marks) {
            if *mark != Mark::File && numbers.get(&fold(text)).is_some_and(|&number| number > 1) {
                *mark = if *mark == Mark::None { Mark::Kind } else { Mark::File };
                is_done = false;
            }
        }
        if is_done {
            return texts;
        }
    }
}

/// The title with a mark after the name of the group: `Microsoft (provider) – River News`.
fn text(outline: &Outline, mark: Mark, words: &Words) -> String {
    let title = text::truncate(&outline.title, TITLE_CHARS);
    let mark = match mark {
        Mark::None => return title,
        Mark::Kind => words.kind(outline.by),
        Mark::File => outline.location().to_owned(),
    };
    let name = Some(outline.name.as_str()).filter(|name| !name.is_empty());
    match name.and_then(|name| title.split_once(name)) {
        Some((before, after)) => format!("{before}{} ({mark}){after}", outline.name),
        None => format!("{title} ({mark})"),
    }
}

/// What is left of a text in the reader that keeps least of it: letters, digits, `_` and `.`.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        if is_letter_or_digit(c) || matches!(c, '_' | '.') {
            folded.push(c);
        } else if !folded.ends_with('-') {
            folded.push('-');
        }
    }
    folded.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::GroupKey;
    use crate::feed::Grouping;
    use crate::types::{Timestamp, WebUrl};

    fn outline(key: GroupKey, name: &str, title: &str, file: &str) -> Outline {
        Outline {
            by: Grouping::One(key),
            name: name.to_owned(),
            title: title.to_owned(),
            home: WebUrl::parse("https://e.example/").unwrap(),
            files: vec![format!("{file}.rss.xml")],
            page: None,
            entries: 1,
            newest: Timestamp::parse("2024-01-01").unwrap(),
            newest_title: "T".to_owned(),
            newest_link: WebUrl::parse("https://e.example/1").unwrap(),
        }
    }

    #[test]
    fn texts_that_fold_together_are_marked_and_no_others() {
        let (topic, provider) = (GroupKey::Topic, GroupKey::Provider);
        let outlines = [
            outline(GroupKey::All, "All articles", "News", "all"),
            outline(topic, "C", "C – News", "topic/c"),
            outline(topic, "C#", "C# – News", "topic/c-1"),
            outline(topic, "C++", "C++ – News", "topic/c-2"),
            outline(topic, "AI", "AI – News", "topic/ai"),
            outline(topic, "Microsoft", "Microsoft – News", "topic/microsoft"),
            outline(provider, "Microsoft", "Microsoft – News", "provider/microsoft"),
            outline(topic, "कि", "कि – News", "topic/4"),
            outline(topic, "का", "का – News", "topic/5"),
            outline(provider, "X", "By the river", "provider/x"),
            outline(topic, "Y", "By the river!", "topic/y"),
        ];
        let outlines: Vec<&Outline> = outlines.iter().collect();
        let texts = distinct(&outlines, &Words::of("en"));
        let expected = [
            "News",
            "C (topic/c) – News",
            "C# (topic/c-1) – News",
            "C++ (topic/c-2) – News",
            "AI – News",
            "Microsoft (topic) – News",
            "Microsoft (provider) – News",
            "कि (topic/4) – News",
            "का (topic/5) – News",
            "By the river (provider)",
            "By the river! (topic)",
        ];
        assert_eq!(texts, expected);
    }
}
