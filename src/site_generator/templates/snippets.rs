//! Snippets: what the templates of a site's own shortcodes put into a page, as far as texts can say it.
//!
//! A value that is not known leaves a hole. A template with an unknown condition, or one that repeats
//! something, stays unknown as a whole.

use std::collections::BTreeMap;

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
    /// That of Jekyll, for included files.
    Liquid,
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
        blocks: Vec::new(),
        snippet: Snippet::default(),
    };
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (text, after) = rest.split_at_checked(at)?;
        filling.show(text);
        let closing = match after.get(..2).unwrap_or_default() {
            "{{" => "}}",
            "{%" if language != Language::Go => "%}",
            "{#" if language == Language::Tera => "#}",
            _ => {
                filling.show("{");
                rest = after.get(1..)?;
                continue;
            }
        };
        let end = after.find(closing)?;
        let inside = after.get(2..end)?.trim_matches('-').trim();
        if closing != "#}" {
            filling.act(inside)?;
        }
        rest = after.get(end + 2..)?;
    }
    filling.show(rest);
    filling.blocks.is_empty().then_some(filling.snippet)
}

/// A condition that has begun.
struct Block {
    is_shown: bool,
    /// What `.` stands for in a `with`.
    dot: Option<String>,
}

/// A template that is being filled in.
struct Filling<'f, 'b> {
    language: Language,
    arguments: &'f Arguments,
    body: &'f Body<'b>,
    /// Values that the template has named.
    names: BTreeMap<String, String>,
    blocks: Vec<Block>,
    snippet: Snippet,
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

    /// Does what an action says; `None` if that is not known.
    fn act(&mut self, action: &str) -> Option<()> {
        let (word, rest) = action.split_once(char::is_whitespace).unwrap_or((action, ""));
        match word {
            "if" | "with" => {
                let value = self.condition(rest.trim());
                let value = if self.is_shown() { value? } else { value.unwrap_or_default() };
                let dot = (word == "with").then(|| value.clone());
                self.blocks.push(Block { is_shown: !value.is_empty(), dot });
            }
            "else" if rest.trim().is_empty() => {
                let block = self.blocks.last_mut()?;
                *block = Block { is_shown: !block.is_shown, dot: None };
            }
            "end" | "endif" | "endunless" => {
                self.blocks.pop()?;
            }
            "else" | "elif" | "elsif" | "range" | "block" | "define" | "comment" | "for"
            | "case" | "capture" => {
                return None;
            }
            "unless" => {
                let value = self.condition(rest.trim());
                let value = if self.is_shown() { value? } else { value.unwrap_or_default() };
                self.blocks.push(Block { is_shown: value.is_empty(), dot: None });
            }
            "set" | "assign" => self.name(rest)?,
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

    /// Gives a name to a value: `$name := value`.
    fn name(&mut self, assignment: &str) -> Option<()> {
        let (name, value) = assignment.split_once('=')?;
        let name = name.trim().trim_end_matches(':').trim().to_owned();
        if self.is_shown() {
            match self.value(value.trim()) {
                Some(value) => self.names.insert(name, value),
                None => self.names.remove(&name),
            };
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
            Language::Liquid => false,
        }
    }

    /// A text that is empty if a condition does not hold.
    fn condition(&self, condition: &str) -> Option<String> {
        let no = |value: String| if value.is_empty() { "true".to_owned() } else { String::new() };
        if let Some(rest) = condition.strip_prefix("not ") {
            return self.condition(rest.trim()).map(no);
        }
        if let Some(name) = condition.strip_suffix(" is defined") {
            return self.value(name.trim());
        }
        let words = words(condition);
        match words.as_slice() {
            ["eq", a, b] | [a, "==", b] => {
                let is_same = self.value(a)? == self.value(b)?;
                Some(if is_same { "true".to_owned() } else { String::new() })
            }
            ["ne", a, b] | [a, "!=", b] => {
                let is_same = self.value(a)? == self.value(b)?;
                Some(if is_same { String::new() } else { "true".to_owned() })
            }
            _ => self.value(condition),
        }
    }

    /// A value with its filters.
    fn value(&self, expression: &str) -> Option<String> {
        let mut parts = expression.split('|').map(str::trim);
        let first = parts.next()?;
        let is_own = first.starts_with("include.") || self.names.contains_key(first);
        if self.language == Language::Liquid && !is_own {
            let empty = ["nil", "blank", "empty", "''", "\"\""].contains(&first);
            return if empty { Some(String::new()) } else { liquid::value(expression, self.body) };
        }
        let mut value = self.term(first)?;
        for filter in parts {
            value = self.filtered(filter, value)?;
        }
        Some(value)
    }

    fn filtered(&self, filter: &str, value: String) -> Option<String> {
        let words = words(filter);
        let name = words.first()?.split(['(', ':']).next()?;
        Some(match name {
            "prepend" if value.contains("://") => value,
            "prepend" if matches!(words.get(1), Some(&"site.baseurl" | &"site.url")) => {
                self.absolute(&value)?
            }
            "safe" | "safeHTML" | "safeHTMLAttr" | "safeURL" | "safeCSS" | "plainify"
            | "htmlEscape" | "escape" | "string" | "trim" => value,
            "markdownify" | "markdown" => markdown(value),
            "lower" => value.to_lowercase(),
            "upper" => value.to_uppercase(),
            "relURL" | "absURL" | "relLangURL" | "absLangURL" | "relative_url" | "absolute_url" => {
                self.absolute(&value)?
            }
            "default" if !value.is_empty() => value,
            "default" => {
                let of_tera = || filter.split_once("value=")?.1.strip_suffix(')').map(str::trim);
                self.term(words.get(1).copied().or_else(of_tera)?)?
            }
            _ => return None,
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
            Language::Liquid => {
                let value = self.arguments.named(term.strip_prefix("include.")?);
                Some(value.unwrap_or_default().to_owned()).filter(|value| !value.contains(HOLE))
            }
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
        if term == "config.base_url" {
            let site = self.body.permalinks.map(|permalinks| permalinks.site.to_string());
            return site.map(|site| site.trim_end_matches('/').to_owned());
        }
        if let Some(path) = term.strip_prefix("get_url(path=").and_then(|it| it.strip_suffix(')')) {
            let path = self.value(path.split(',').next()?.trim())?;
            return if path.starts_with("@/") { None } else { self.absolute(&path) };
        }
        let is_name = term.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let is_known = is_name && term != "body" && term != "nth";
        is_known.then(|| self.arguments.named(term).unwrap_or_default().to_owned())
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

/// A text that a template shows as Markdown, marked if it may be more than words.
pub(super) fn markdown(text: String) -> String {
    let is_more = text.contains(['[', '*', '_', '`', '<', '~']) && !text.contains(MARKDOWN);
    if is_more { format!("{MARKDOWN}{}{MARKDOWN}", text.trim()) } else { text }
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
