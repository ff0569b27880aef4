//! A place within a line: what stands there, read piece by piece.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::fault::{Problem, Read, ScenarioFault, no_such_word};
use super::keyword::Want;
use super::lexis::{self, Vocabulary};
use crate::{Id, Lang};

/// One line of a file, without its comment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Its number, from 1.
    pub(super) no: usize,
    /// What it says.
    pub(super) text: &'a str,
    /// In which language the file is.
    pub(super) lang: Lang,
}

/// What ends a bare name.
pub(super) const ENDS: &[char] =
    &[',', ';', ':', '(', ')', '，', '；', '、', '：', '（', '）', '"', '“', '”', '「', '」', '×'];

/// A place within a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    pub(super) line: Line<'a>,
    at: usize,
}

impl<'a> Line<'a> {
    /// The lines of a text that say something, with what a comment begins left out.
    pub(super) fn all(text: &'a str, lang: Lang) -> impl Iterator<Item = Self> {
        let lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines().enumerate();
        let lines = lines.map(move |(at, text)| Line { no: at + 1, text: without_comment(text), lang });
        lines.filter(|line| !line.text.trim().is_empty())
    }

    /// Whether it begins with a space.
    pub(super) fn is_indented(&self) -> bool {
        self.text.starts_with(char::is_whitespace)
    }

    /// That something is wrong with all that it says.
    pub(super) fn wrong(self, problem: Problem) -> Box<ScenarioFault> {
        let cursor = self.begin();
        cursor.wrong(cursor.rest().len(), problem)
    }

    /// The beginning of what it says.
    pub(super) fn begin(self) -> Cursor<'a> {
        let mut cursor = Cursor { line: self, at: 0 };
        cursor.skip();
        cursor
    }
}

/// A comment begins with `#` at the beginning of a line or after a space, outside quotation marks; not before a number.
fn without_comment(text: &str) -> &str {
    let (mut quoted, mut before, mut escaped) = (None, ' ', false);
    for (at, letter) in text.char_indices() {
        match quoted {
            Some(_) if escaped => escaped = false,
            Some(_) if letter == '\\' => escaped = true,
            Some(close) if letter == close => quoted = None,
            Some(_) => {}
            None if matches!(letter, '#' | '＃') && before.is_whitespace() && !is_number(text, at) => {
                return text.get(..at).unwrap_or(text).trim_end();
            }
            None => quoted = closing(letter),
        }
        before = letter;
    }
    text.trim_end()
}

/// Whether this mark stands within a line and before a number, as in *mall #356*: that names an issue.
fn is_number(text: &str, at: usize) -> bool {
    let follows = text.get(..at).is_some_and(|before| !before.trim().is_empty());
    follows && text.get(at..).and_then(|rest| rest.chars().nth(1)).is_some_and(|next| next.is_ascii_digit())
}

/// The mark that closes a quotation.
fn closing(open: char) -> Option<char> {
    match open {
        '"' => Some('"'),
        '“' => Some('”'),
        '「' => Some('」'),
        _ => None,
    }
}

/// The full-width marks that say the same.
fn is_mark(letter: char, mark: char) -> bool {
    letter == mark
        || match mark {
            ',' => matches!(letter, '，' | '、'),
            ';' => letter == '；',
            ':' => letter == '：',
            '(' => letter == '（',
            ')' => letter == '）',
            '+' => letter == '＋',
            '/' => letter == '／',
            _ => false,
        }
}

impl<'a> Cursor<'a> {
    /// What is still to be read.
    pub(super) fn rest(&self) -> &'a str {
        self.line.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn is_done(&self) -> bool {
        self.rest().is_empty()
    }

    pub(super) const fn lang(&self) -> Lang {
        self.line.lang
    }

    /// Goes past so many bytes, and the spaces after them.
    pub(super) fn pass(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.line.text.len());
        self.skip();
    }

    fn skip(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Whether this mark stands here.
    pub(super) fn is_at(&self, mark: char) -> bool {
        self.rest().starts_with(|letter| is_mark(letter, mark))
    }

    /// Reads this mark, if it stands here.
    pub(super) fn eat(&mut self, mark: char) -> bool {
        let found = self.rest().chars().next().filter(|&letter| is_mark(letter, mark));
        found.inspect(|letter| self.pass(letter.len_utf8())).is_some()
    }

    /// Reads one of these texts, if it stands here.
    pub(super) fn eat_any(&mut self, texts: &[&str]) -> bool {
        let found = texts.iter().find(|text| self.rest().starts_with(**text));
        found.inspect(|text| self.pass(text.len())).is_some()
    }

    /// Whether the word goes on after so many bytes.
    pub(super) fn is_part(&self, bytes: usize) -> bool {
        self.rest().get(bytes..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric))
    }

    /// Whether a letter of the alphabet stands here without a space before it, so that what was read goes on.
    pub(super) fn goes_on(&self) -> bool {
        let before = self.line.text.get(..self.at).unwrap_or_default();
        !before.ends_with(char::is_whitespace) && self.rest().starts_with(|letter: char| letter.is_ascii_alphabetic())
    }

    /// Reads a word of a vocabulary, if one stands here.
    pub(super) fn word<W: Vocabulary>(&mut self) -> Option<W> {
        let (word, len) = lexis::find::<W>(self.rest())?;
        self.pass(len);
        Some(word)
    }

    /// Reads this very word, if it stands here.
    pub(super) fn is_word<W: Vocabulary>(&mut self, word: W) -> bool {
        let found = lexis::find::<W>(self.rest()).filter(|(found, _)| *found == word);
        found.inspect(|(_, len)| self.pass(*len)).is_some()
    }

    /// Whether a word of a vocabulary stands here.
    pub(super) fn sees<W: Vocabulary>(&self) -> bool {
        lexis::find::<W>(self.rest()).is_some()
    }

    /// Reads a word of a vocabulary, which must stand here.
    pub(super) fn need<W: Vocabulary>(&mut self) -> Read<W> {
        match self.word() {
            Some(word) => Ok(word),
            None => {
                Err(self.unknown(W::WANT, lexis::all_names::<W>(self.lang()).collect(), lexis::list::<W>(self.lang())))
            }
        }
    }

    /// That what stands here is none of these.
    pub(super) fn unknown(&self, want: Want, names: Vec<&str>, all: Vec<String>) -> Box<ScenarioFault> {
        let found = self.next_token();
        let near = lexis::near(found, names.into_iter());
        self.wrong(found.len(), no_such_word(found, want, near, all, self.lang()))
    }

    /// That something is left out here.
    pub(super) fn missing(&self, want: Want, examples: &[&str]) -> Box<ScenarioFault> {
        let all = examples.iter().map(|&text| String::from(text)).collect();
        self.wrong(0, Problem::Missing { wanted: super::fault::wanted(want, self.lang()), all })
    }

    /// That something is wrong with what stands here: so many bytes of it.
    pub(super) fn wrong(&self, bytes: usize, problem: Problem) -> Box<ScenarioFault> {
        self.between(self.at, self.at + bytes, problem)
    }

    /// That something is wrong with what was read since `from`.
    pub(super) fn wrong_since(&self, from: &Self, problem: Problem) -> Box<ScenarioFault> {
        self.between(from.at, from.at + self.read_since(from).len(), problem)
    }

    /// That something is wrong with the next piece.
    pub(super) fn wrong_here(&self, problem: Problem) -> Box<ScenarioFault> {
        self.wrong(self.next_token().len(), problem)
    }

    /// That something is wrong with a word of this line; with the line, if the word is not found in it.
    pub(super) fn at_word(&self, word: impl Vocabulary, problem: Problem) -> Box<ScenarioFault> {
        let places = lexis::names(word).filter_map(|name| self.whole_word(name)).max_by_key(|(from, to)| to - from);
        let (from, to) = places.unwrap_or((self.at, self.line.text.len()));
        self.between(from, to, problem)
    }

    /// That something is wrong with this part of the line.
    pub(super) fn at_text(&self, text: &str, problem: Problem) -> Box<ScenarioFault> {
        let (from, to) = self.whole_word(text).unwrap_or((self.at, self.line.text.len()));
        self.between(from, to, problem)
    }

    /// Where a name stands in this line by itself; the last such place.
    fn whole_word(&self, name: &str) -> Option<(usize, usize)> {
        let is_whole = |at: usize| {
            let before = self.line.text.get(..at).and_then(|text| text.chars().next_back());
            let rest = self.line.text.get(at..).unwrap_or_default();
            let inside = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
            !(name.starts_with(inside) && before.is_some_and(inside))
                && lexis::begins(rest, core::iter::once(name)).is_some()
        };
        let (at, _) = self.line.text.match_indices(name).filter(|(at, _)| is_whole(*at)).last()?;
        Some((at, at + name.len()))
    }

    fn between(&self, from: usize, to: usize, problem: Problem) -> Box<ScenarioFault> {
        let letters = |upto: usize| self.line.text.get(..upto).unwrap_or(self.line.text).chars().count();
        let Line { no, text, lang } = self.line;
        Box::new(ScenarioFault {
            line: no,
            text: String::from(text),
            from: letters(from),
            to: letters(to),
            problem,
            lang,
        })
    }

    /// What was read since `from`, without the spaces after it.
    pub(super) fn read_since(&self, from: &Self) -> &'a str {
        self.line.text.get(from.at..self.at).unwrap_or_default().trim_end()
    }

    /// The letters that were read since `from`, as places within the line.
    pub(super) fn since(&self, from: &Self) -> (usize, usize) {
        let letters = |upto: usize| self.line.text.get(..upto).unwrap_or(self.line.text).chars().count();
        let read = self.line.text.get(from.at..self.at).unwrap_or_default();
        let read = read
            .trim_end_matches(|letter: char| letter.is_whitespace() || is_mark(letter, ',') || is_mark(letter, ';'));
        (letters(from.at), letters(from.at + read.len()))
    }

    /// The next piece, as far as it is one for the eye.
    pub(super) fn next_token(&self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|letter: char| letter.is_whitespace() || ENDS.contains(&letter)).unwrap_or(rest.len());
        let end = if end == 0 { rest.chars().next().map_or(0, char::len_utf8) } else { end };
        rest.get(..end).unwrap_or_default()
    }

    /// Reads a bare piece up to a space, a mark, or one of `also`.
    pub(super) fn token(&mut self, also: &[char]) -> &'a str {
        let rest = self.rest();
        let ends = |letter: char| letter.is_whitespace() || ENDS.contains(&letter) || also.contains(&letter);
        let token = rest.get(..rest.find(ends).unwrap_or(rest.len())).unwrap_or_default();
        self.pass(token.len());
        token
    }

    /// Reads a text in quotation marks, if one stands here.
    pub(super) fn quoted(&mut self) -> Read<Option<String>> {
        let rest = self.rest();
        let mut letters = rest.char_indices();
        let Some(close) = letters.next().and_then(|(_, open)| closing(open)) else { return Ok(None) };
        let mut text = String::new();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\\' => text.push(unescaped(&mut letters)),
                letter if letter == close => {
                    self.pass(at + letter.len_utf8());
                    return Ok(Some(text));
                }
                letter => text.push(letter),
            }
        }
        Err(self.wrong(rest.len(), Problem::Unclosed))
    }

    /// Reads a text: in quotation marks, or one bare piece.
    pub(super) fn text(&mut self) -> Read<String> {
        if let Some(text) = self.quoted()? {
            return Ok(text);
        }
        // References such as `photo://1` need no quotation marks.
        let rest = self.rest();
        let ends = |letter: char| {
            letter.is_whitespace() || matches!(letter, ',' | ';' | '，' | '；' | '、' | '"' | '“' | '”' | '「' | '」')
        };
        let token = rest.get(..rest.find(ends).unwrap_or(rest.len())).unwrap_or_default();
        if token.is_empty() {
            return Err(self.missing(Want::Text, &["\"…\""]));
        }
        let start = *self;
        self.pass(token.len());
        let ends = self.is_done() || [',', ';', '+'].iter().any(|&mark| self.is_at(mark));
        if ends { Ok(String::from(token)) } else { Err(start.unquoted(&[',', ';', '+'])) }
    }

    /// Reads a name: in quotation marks, or one bare piece without marks.
    pub(super) fn name(&mut self, also: &[char]) -> Read<Id> {
        if let Some(text) = self.quoted()? {
            return Ok(Id::from(text.as_str()));
        }
        let start = *self;
        let token = self.token(also);
        if token.is_empty() {
            return Err(self.missing(Want::Name, &[]));
        }
        let id = Id::from(token);
        if id.is_well_formed() {
            Ok(id)
        } else {
            Err(self.wrong_since(
                &start,
                Problem::Unknown {
                    found: String::from(token),
                    wanted: super::fault::wanted(Want::Name, self.lang()),
                    near: Vec::new(),
                    all: Vec::new(),
                },
            ))
        }
    }

    /// That what stands here up to one of these marks is a text of several words.
    pub(super) fn unquoted(&self, marks: &[char]) -> Box<ScenarioFault> {
        let rest = self.rest();
        let end = rest.find(|letter| marks.iter().any(|&mark| is_mark(letter, mark))).unwrap_or(rest.len());
        let text = rest.get(..end).unwrap_or_default().trim_end();
        self.wrong(text.len(), Problem::Unquoted { text: String::from(text.trim_matches('"')) })
    }

    /// Nothing may stand here any more.
    pub(super) fn end(&self) -> Read<()> {
        if self.is_done() { Ok(()) } else { Err(self.wrong(self.rest().len(), Problem::Leftover)) }
    }

    /// Reads a colon, which must stand here.
    pub(super) fn colon(&mut self) -> Read<()> {
        if self.eat(':') { Ok(()) } else { Err(self.missing(Want::Colon, &[])) }
    }
}

/// What stands after a backslash.
fn unescaped(letters: &mut core::str::CharIndices<'_>) -> char {
    match letters.next().map(|(_, letter)| letter) {
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('u') => {
            let mut code = String::new();
            for (_, letter) in letters.by_ref() {
                match letter {
                    '{' => {}
                    '}' => break,
                    letter => code.push(letter),
                }
            }
            u32::from_str_radix(&code, 16).ok().and_then(char::from_u32).unwrap_or('\u{fffd}')
        }
        Some(letter) => letter,
        None => '\\',
    }
}
