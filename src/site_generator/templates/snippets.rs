//! Snippets: what the templates of a site's own shortcodes put into a page, as far as texts can say it.
//!
//! A value that is not known leaves a hole. A template with an unknown condition, or one that repeats
//! something, stays unknown as a whole.

use std::collections::{BTreeMap, BTreeSet};

use super::{Arguments, Body, liquid};
use crate::types::text::{HOLE, MARKDOWN};

/// What a shortcode puts before and behind the text inside of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::site_generator) struct Snippet {
    pub(in crate::site_generator) before: String,
    /// `None` if the text inside is not shown.
    pub(in crate::site_generator) after: Option<String>,
}

/// The language of templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::site_generator) enum Language {
    /// That of Hugo.
    Go,
    /// That of Zola.
    Tera,
}

/// Whether a template shows the text inside of it as code.
pub(in crate::site_generator) fn shows_code(template: &str) -> bool {
    let has = |word| template.contains(word);
    (has(".Inner") || has("body")) && (has("highlight") || has("<pre") || has("<code"))
}

/// What a template puts into a page; `None` if that is not known.
pub(in crate::site_generator) fn fill(
    template: &str,
    language: Language,
    arguments: &Arguments,
    body: &Body<'_>,
) -> Option<Snippet> {
    let mut filling = Filling {
        language,
        arguments,
        body,
        names: BTreeMap::new(),
        unknown: BTreeSet::new(),
        blocks: Vec::new(),
        rounds: 0,
        snippet: Snippet::default(),
    };
    filling.run(template)?;
    filling.blocks.is_empty().then_some(filling.snippet)
}

/// A condition or a round of a loop that has begun.
struct Block {
    is_shown: bool,
    /// Whether a branch has been shown.
    is_done: bool,
    /// What `.` stands for in a `with` or a `range`.
    dot: Option<String>,
}

impl Block {
    fn new(is_shown: bool, dot: Option<String>) -> Block {
        Block { is_shown, is_done: is_shown, dot }
    }
}

/// A template that is being filled in.
struct Filling<'f, 'b> {
    language: Language,
    arguments: &'f Arguments,
    body: &'f Body<'b>,
    /// Values that the template has named, and names whose values are not known.
    names: BTreeMap<String, String>,
    unknown: BTreeSet<String>,
    blocks: Vec<Block>,
    /// Rounds of loops so far.
    rounds: usize,
    snippet: Snippet,
}

/// Bytes of an expression, of a value, and of one in which texts are replaced.
const MAX_EXPRESSION: usize = 1_000;
const MAX_VALUE: usize = 64 * 1024;
const MAX_REPLACED: usize = 16 * 1024 * 1024;

/// Rounds of all loops of a template.
const MAX_ROUNDS: usize = 200;

/// The text before the next action of a template, the action, and what follows it.
fn next_action(template: &str, language: Language) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let at = from + template.get(from..)?.find('{')?;
        let rest = template.get(at..)?;
        let closing = match rest.get(..2).unwrap_or_default() {
            "{{" => "}}",
            "{%" if language == Language::Tera => "%}",
            "{#" if language == Language::Tera => "#}",
            _ => {
                from = at + 1;
                continue;
            }
        };
        let end = rest.find(closing)?;
        let inside = rest.get(2..end)?.trim_matches('-').trim();
        let action = if closing == "#}" { "" } else { inside };
        return Some((template.get(..at)?, action, rest.get(end + 2..)?));
    }
}

/// The text before the end of the block that has begun, and what follows it.
fn block_of(template: &str, language: Language) -> Option<(&str, &str)> {
    let mut rest = template;
    let mut depth = 0_usize;
    loop {
        let (before, action, after) = next_action(rest, language)?;
        let word = action.split_whitespace().next().unwrap_or_default();
        match word {
            "if" | "with" | "for" | "range" | "block" | "define" | "filter" => depth += 1,
            "else" if depth == 0 => return None,
            word if word.starts_with("end") && depth == 0 => {
                let length = template.len() - rest.len() + before.len();
                return Some((template.get(..length)?, after));
            }
            word if word.starts_with("end") => depth -= 1,
            _ => {}
        }
        rest = after;
    }
}

impl Filling<'_, '_> {
    fn is_shown(&self) -> bool {
        self.blocks.iter().all(|block| block.is_shown)
    }

    fn show(&mut self, text: &str) {
        if self.is_shown() {
            self.snippet.after.as_mut().unwrap_or(&mut self.snippet.before).push_str(text);
        }
    }

    /// Fills in a template or a part of one; `None` if that is not known.
    fn run(&mut self, template: &str) -> Option<()> {
        let mut rest = template;
        while let Some((text, action, after)) = next_action(rest, self.language) {
            self.show(text);
            rest = after;
            match action.split_once(char::is_whitespace) {
                Some(("for" | "range", list)) => {
                    let (inside, after) = block_of(rest, self.language)?;
                    rest = after;
                    if self.is_shown() {
                        self.repeat(list.trim(), inside)?;
                    }
                }
                _ if action.is_empty() => {}
                _ => self.act(action)?,
            }
        }
        self.show(rest);
        Some(())
    }

    /// Fills in the inside of a loop for each item of its list.
    fn repeat(&mut self, list: &str, inside: &str) -> Option<()> {
        let (names, list) =
            list.split_once(":=").or_else(|| list.split_once(" in ")).unwrap_or(("", list));
        let (index, name) = match names.split_once(',') {
            Some((index, name)) => (Some(index.trim()), name.trim()),
            None => (None, names.trim()),
        };
        let items = self.list(list.trim())?;
        let count = items.len();
        for (at, item) in items.into_iter().enumerate() {
            self.rounds += 1;
            (self.rounds <= MAX_ROUNDS).then_some(())?;
            let is = |it: bool| if it { "true" } else { "" }.to_owned();
            let round = [
                (index.unwrap_or_default(), at.to_string()),
                (name, item.clone()),
                ("loop.index", (at + 1).to_string()),
                ("loop.index0", at.to_string()),
                ("loop.first", is(at == 0)),
                ("loop.last", is(at + 1 == count)),
            ];
            self.names.extend(round.map(|(name, value)| (name.to_owned(), value)));
            self.blocks.push(Block::new(true, Some(item)));
            self.run(inside)?;
            self.blocks.pop()?;
        }
        Some(())
    }

    /// The items of a list.
    fn list(&self, list: &str) -> Option<Vec<String>> {
        let list = list.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(list);
        if self.language == Language::Go {
            let words = words(list);
            return match words.as_slice() {
                ["slice", items @ ..] => items.iter().map(|item| self.value(item)).collect(),
                ["split", text, separator] => {
                    let (text, separator) = (self.value(text)?, self.value(separator)?);
                    Some(text.split(&*separator).map(str::to_owned).collect())
                }
                [".Params"] => Some(self.arguments.without_names()),
                _ => None,
            };
        }
        let (list, filter) = list.rsplit_once('|').unwrap_or((list, ""));
        let text = self.value(list.trim())?;
        if let Some(separator) = filter.trim().strip_prefix("split(") {
            let separator = self.named_values(separator.strip_suffix(')')?, "pat")?;
            return Some(text.split(&*separator).map(str::to_owned).collect());
        }
        let items = text.strip_prefix('[')?.strip_suffix(']')?;
        let items = split_outside(items, ',').into_iter().map(str::trim);
        items.filter(|item| !item.is_empty()).map(|item| self.value(item)).collect()
    }

    /// Does what an action says; `None` if that is not known.
    fn act(&mut self, action: &str) -> Option<()> {
        let (word, rest) = action.split_once(char::is_whitespace).unwrap_or((action, ""));
        let rest = rest.trim();
        match word {
            "if" | "with" => {
                let value = self.condition(rest).or_else(|| self.may_be_false());
                let value = if self.is_shown() { value? } else { value.unwrap_or_default() };
                let dot = (word == "with").then(|| value.clone());
                self.blocks.push(Block::new(!value.is_empty(), dot));
            }
            "else" if rest.is_empty() => {
                let block = self.blocks.last_mut()?;
                *block = Block::new(!block.is_done, None);
            }
            "elif" | "else" => {
                let condition = rest.strip_prefix("if ").unwrap_or(rest);
                let block = self.blocks.pop()?;
                let value = self.condition(condition).or_else(|| self.may_be_false());
                let is_read = self.is_shown() && !block.is_done;
                let holds = is_read && !value.or_else(|| (!is_read).then(String::new))?.is_empty();
                self.blocks.push(Block {
                    is_shown: holds,
                    is_done: block.is_done || holds,
                    dot: None,
                });
            }
            "end" | "endif" => {
                self.blocks.pop()?;
            }
            "block" | "define" | "comment" | "filter" | "macro" | "import" => return None,
            "set" => self.name(rest)?,
            _ if action.starts_with('$') && action.contains('=') => self.name(action)?,
            _ if action.starts_with("/*") => {}
            _ if !self.is_shown() => {}
            _ if self.is_inner(action) => {
                let is_first = self.snippet.after.is_none();
                self.snippet.after = is_first.then(String::new);
                is_first.then_some(())?;
            }
            _ => {
                let value = self.value(action).unwrap_or_else(|| HOLE.to_string());
                self.show(&value);
            }
        }
        Some(())
    }

    /// The text of a condition that is not known: none in a tag, which has attributes without it as well.
    fn may_be_false(&self) -> Option<String> {
        let text = self.snippet.after.as_ref().unwrap_or(&self.snippet.before);
        (text.rfind('<') > text.rfind('>')).then(String::new)
    }

    /// Gives a name to a value: `$name := value`.
    fn name(&mut self, assignment: &str) -> Option<()> {
        let (name, value) = assignment.split_once('=')?;
        let name = name.trim().trim_end_matches(':').trim().to_owned();
        if self.is_shown() {
            if let Some(value) = self.value(value.trim()) {
                self.names.insert(name, value);
            } else {
                self.names.remove(&name);
                self.unknown.insert(name);
            }
        }
        Some(())
    }

    /// Whether an action shows the text inside of the shortcode.
    fn is_inner(&self, action: &str) -> bool {
        let first = action.split('|').next().unwrap_or_default().trim();
        let first = first.trim_start_matches("markdownify").trim_start_matches("safeHTML").trim();
        match self.language {
            Language::Go => matches!(first, ".Inner" | "$.Inner" | ".Page.RenderString .Inner"),
            Language::Tera => first == "body",
        }
    }

    /// A text that is empty if a condition does not hold.
    fn condition(&self, condition: &str) -> Option<String> {
        (condition.len() <= MAX_EXPRESSION).then_some(())?;
        let answer = |holds: bool| if holds { "true".to_owned() } else { String::new() };
        let words = words(condition);
        let join = |at: usize| {
            (words.get(..at).map(|it| it.join(" ")), words.get(at + 1..).map(|it| it.join(" ")))
        };
        for (word, is_or) in [("or", true), ("and", false)] {
            if let Some(at) = words.iter().position(|it| *it == word).filter(|at| *at > 0) {
                let (left, right) = join(at);
                let left = self.condition(&left?)?;
                return if left.is_empty() == is_or { self.condition(&right?) } else { Some(left) };
            }
        }
        match words.as_slice() {
            ["not", ..] => {
                let holds = self.condition(words.get(1..)?.join(" ").as_str())?;
                Some(answer(holds.is_empty()))
            }
            [name, "is", "defined"] => self.value(name),
            [name, "is", test] => {
                let (test, part) = test.strip_suffix(')')?.split_once('(')?;
                let (value, part) = (self.value(name)?, self.value(part)?);
                match test {
                    "starting_with" => Some(answer(value.starts_with(&part))),
                    "ending_with" => Some(answer(value.ends_with(&part))),
                    "containing" => Some(answer(value.contains(&part))),
                    _ => None,
                }
            }
            ["hasPrefix" | "strings.HasPrefix", value, start] => {
                Some(answer(self.value(value)?.starts_with(&self.value(start)?)))
            }
            ["eq", a, b] | [a, "==", b] => Some(answer(self.value(a)? == self.value(b)?)),
            ["ne", a, b] | [a, "!=", b] => Some(answer(self.value(a)? != self.value(b)?)),
            ["or" | "and", values @ ..] => {
                let is_or = words.first() == Some(&"or");
                let values: Option<Vec<String>> = values.iter().map(|it| self.value(it)).collect();
                let mut values = values?;
                let found = values.iter().position(|value| value.is_empty() != is_or);
                Some(values.swap_remove(found.unwrap_or(values.len().checked_sub(1)?)))
            }
            _ => self
                .value(condition)
                .map(|value| if value == "false" { String::new() } else { value }),
        }
    }

    /// A value with its filters; `None` if it is not known, or is long.
    fn value(&self, expression: &str) -> Option<String> {
        // Expressions nest, and each is a call.
        (expression.len() <= MAX_EXPRESSION).then_some(())?;
        self.value_of(expression).filter(|value| value.len() <= MAX_VALUE)
    }

    fn value_of(&self, expression: &str) -> Option<String> {
        if self.language == Language::Tera && expression.contains('~') {
            let parts = split_outside(expression, '~');
            if parts.len() > 1 {
                return parts.into_iter().map(|part| self.value(part.trim())).collect();
            }
        }
        let mut parts = split_outside(expression, '|').into_iter().map(str::trim);
        let mut value = self.term(parts.next()?)?;
        for filter in parts {
            value = self.filtered(filter, value)?;
        }
        Some(value)
    }

    fn filtered(&self, filter: &str, value: String) -> Option<String> {
        let words = words(filter);
        let name = words.first()?.split('(').next()?;
        let named = |key: &str| {
            let arguments = filter.split_once('(')?.1.strip_suffix(')')?;
            self.named_values(arguments, key)
        };
        Some(match name {
            "safe" | "safeHTML" | "safeHTMLAttr" | "safeURL" | "safeCSS" | "plainify"
            | "htmlEscape" | "escape" | "string" | "as_str" => value,
            "trim" => value.trim().to_owned(),
            "markdownify" | "markdown" => markdown(value),
            "lower" => value.to_lowercase(),
            "upper" => value.to_uppercase(),
            "linebreaksbr" => value.replace('\n', "<br>"),
            "replace" => {
                let (from, to) = (named("from")?, named("to")?);
                (to.len().saturating_mul(value.len()) <= MAX_REPLACED).then_some(())?;
                value.replace(&from, &to)
            }
            "trim_start_matches" => value.trim_start_matches(&*named("pat")?).to_owned(),
            "trim_end_matches" => value.trim_end_matches(&*named("pat")?).to_owned(),
            "relURL" | "absURL" | "relLangURL" | "absLangURL" => self.absolute(&value)?,
            "default" if !value.is_empty() => value,
            "default" => match words.get(1) {
                Some(usual) => self.term(usual)?,
                None => named("value")?,
            },
            _ => return None,
        })
    }

    /// The value of a name among arguments of Tera.
    fn named_values(&self, arguments: &str, key: &str) -> Option<String> {
        split_outside(arguments, ',').into_iter().find_map(|argument| {
            let (name, value) = argument.split_once('=')?;
            (name.trim() == key).then(|| self.value(value.trim()))?
        })
    }

    fn absolute(&self, path: &str) -> Option<String> {
        Some(self.body.permalinks?.absolute(path)?.to_string())
    }

    fn term(&self, term: &str) -> Option<String> {
        let inside = term.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        if let Some(inside) = inside {
            return self.value(inside.trim());
        }
        let quoted = ['"', '\'', '`'].into_iter().find_map(|quote| {
            let inside = term.strip_prefix(quote)?.strip_suffix(quote)?;
            (!inside.contains(quote)).then(|| inside.to_owned())
        });
        if quoted.is_some() || !term.is_empty() && term.bytes().all(|byte| byte.is_ascii_digit()) {
            return quoted.or_else(|| Some(term.to_owned()));
        }
        if let Some(value) = self.names.get(term) {
            return Some(value.clone());
        }
        match self.language {
            Language::Go => self.go_term(term),
            Language::Tera => self.tera_term(term),
        }
    }

    fn go_term(&self, term: &str) -> Option<String> {
        let site = || self.body.permalinks.map(|permalinks| permalinks.site.to_string());
        let words = words(term);
        match words.as_slice() {
            [".Get" | "$.Get", key] | ["index", ".Params", key] => self.argument(key),
            ["."] => self.blocks.iter().rev().find_map(|block| block.dot.clone()),
            [
                "safeHTML" | "safeURL" | "safeHTMLAttr" | "markdownify" | "plainify" | "absURL"
                | "relURL",
                value,
            ] => self.filtered(words.first()?, self.value(value)?),
            ["default", usual, value] => {
                let value = self.value(value)?;
                if value.is_empty() { self.value(usual) } else { Some(value) }
            }
            [name] => match name.trim_start_matches('$') {
                ".Site.BaseURL" | ".Page.Site.BaseURL" | "site.BaseURL" => site(),
                ".Page.Title" => Some(self.body.page.title.to_owned()),
                ".Page.Permalink" | ".Page.RelPermalink" => Some(self.body.page.link.to_string()),
                name => {
                    let own = name.strip_prefix(".Params.").map(|key| format!("\"{key}\""));
                    own.and_then(|key| self.argument(&key))
                }
            },
            _ => None,
        }
    }

    fn tera_term(&self, term: &str) -> Option<String> {
        let site = || self.body.permalinks.map(|permalinks| &permalinks.site);
        if term == "config.base_url" {
            return site().map(|site| site.as_str().trim_end_matches('/').to_owned());
        }
        if let Some(key) = term.strip_prefix("config.") {
            return self.body.options.site_context.variables.get(key).cloned();
        }
        if let Some(key) = term.strip_prefix("page.") {
            return self.page_term(key);
        }
        // The picture itself stands for one in another size.
        let image = term.strip_suffix(".url").and_then(|name| self.names.get(name));
        if let Some(image) = image {
            return Some(image.clone());
        }
        if let Some((function, arguments)) = term.split_once('(') {
            let path = self.named_values(arguments.strip_suffix(')')?, "path")?;
            return match function {
                "get_url" | "resize_image" if !path.starts_with("@/") => self.absolute(&path),
                _ => None,
            };
        }
        if term.starts_with('[') {
            return Some(term.to_owned());
        }
        // A name that nobody has given shows nothing.
        let root = term.split_once('.').map(|(root, _)| root);
        let is_given = |root: &str| {
            self.unknown.contains(root)
                || self.names.contains_key(root)
                || self.arguments.named(root).is_some()
                || matches!(root, "loop" | "section" | "paginator")
        };
        if root.is_some_and(|root| is_word(root) && !is_given(root)) {
            return Some(String::new());
        }
        let is_name = is_word(term) && !self.unknown.contains(term);
        let is_known = is_name && term != "body" && term != "nth";
        is_known.then(|| self.arguments.named(term).unwrap_or_default().to_owned())
    }

    /// What Zola says of the page.
    fn page_term(&self, key: &str) -> Option<String> {
        let page = self.body.page;
        let below = || self.body.permalinks?.below_source(page.path)?.to_str();
        match key {
            "title" => Some(page.title.to_owned()),
            "permalink" => Some(page.link.to_string()),
            "path" => {
                let base = self.body.permalinks?.site.path().trim_end_matches('/').to_owned();
                page.link.path().strip_prefix(&*base).map(str::to_owned)
            }
            "relative_path" => below().map(str::to_owned),
            "colocated_path" => {
                let (folder, file) = below()?.rsplit_once('/')?;
                file.starts_with("index.").then(|| format!("{folder}/"))
            }
            key => liquid::parameter(page.keys, key),
        }
    }

    /// An argument by its position or its name; empty if it is not there.
    fn argument(&self, key: &str) -> Option<String> {
        let value = match key.parse() {
            Ok(position) => self.arguments.at(position),
            Err(_) => self.arguments.named(&self.term(key)?),
        };
        Some(value.unwrap_or_default().to_owned())
    }
}

fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A text that a template shows as Markdown, marked if it may be more than words.
pub(super) fn markdown(text: String) -> String {
    let is_more = text.contains(['[', '*', '_', '`', '<', '~']) && !text.contains(MARKDOWN);
    if is_more { format!("{MARKDOWN}{}{MARKDOWN}", text.trim()) } else { text }
}

/// The parts of an expression between separators that are neither in quotes nor in brackets.
fn split_outside(text: &str, separator: char) -> Vec<&str> {
    let (mut depth, mut quote) = (0_usize, None);
    text.split(|c: char| {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == separator && quote.is_none() && depth == 0
    })
    .collect()
}

/// The words of an expression; what is in quotes or brackets is one word.
pub(super) fn words(text: &str) -> Vec<&str> {
    let (mut words, mut start, mut depth, mut quote) = (Vec::new(), None, 0_usize, None);
    for (at, c) in text.char_indices() {
        if c.is_whitespace() && depth == 0 && quote.is_none() {
            words.extend(start.take().and_then(|start| text.get(start..at)));
            continue;
        }
        start = start.or(Some(at));
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    words.extend(start.and_then(|start| text.get(start..)));
    words
}
