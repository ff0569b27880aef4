//! Tables drawn for people and tools: the rows, who may do what, and the states. Everything comes from the rows alone.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

use super::{Guard, Machine, Rule, Standing, Table, To};
use crate::{Lang, Roles, Word};

/// How a drawing names things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "codes or labels; a further language is a variant of `Lang`")]
pub enum Naming {
    /// By their stable codes, under English headings.
    Codes,
    /// By what people read in this language.
    Labels(Lang),
}

impl Naming {
    fn word(self, word: impl Word) -> &'static str {
        match self {
            Self::Codes => word.code(),
            Self::Labels(lang) => word.label(lang),
        }
    }

    /// What this is called in the drawing's own language.
    fn say(self, en: &'static str, zh: &'static str) -> &'static str {
        match self {
            Self::Codes | Self::Labels(Lang::En) => en,
            Self::Labels(Lang::Zh) => zh,
        }
    }

    fn words<W: Word>(self, words: impl Iterator<Item = W>) -> String {
        join(words.map(|word| self.word(word)), self.say(", ", "、"))
    }

    /// A counter is marked with `*`.
    fn conditions<C: Guard>(self, conditions: impl Iterator<Item = C>) -> String {
        let named = conditions.map(|condition| {
            let mut name = String::new();
            let _ = match self {
                Self::Codes => write!(name, "{condition}"),
                Self::Labels(lang) => name.write_str(&condition.label(lang)),
            };
            name.push_str(if condition.is_counter() { "*" } else { "" });
            name
        });
        let separator = match self {
            Self::Codes => ", ",
            Self::Labels(Lang::En) => "; ",
            Self::Labels(Lang::Zh) => "；",
        };
        join(named, separator)
    }

    /// `=` stays, `!` marks a correction.
    fn target<M: Machine>(self, rule: &Rule<M>) -> String {
        let mut target = String::from(match rule.to {
            To::Stay => "=",
            To::Enter(state) => self.word(state),
        });
        target.push_str(if rule.correction { " !" } else { "" });
        target
    }

    /// The action, with the row's name if it has one.
    fn action<M: Machine>(self, rule: &Rule<M>) -> String {
        let mut action = String::from(self.word(rule.action));
        if let Some(name) = rule.name {
            let _ = write!(action, " ({name})");
        }
        action
    }
}

impl<M: Machine> Table<M> {
    /// The rows as a Markdown table, in the lines in which they are written: a line's states stand together again.
    ///
    /// `=` stays, `!` marks a correction, `*` a counter.
    #[must_use]
    pub fn to_markdown(&self, naming: Naming) -> String {
        let say = |en, zh| String::from(naming.say(en, zh));
        let mut page = String::new();
        let head = [
            say("from", "状态"),
            say("action", "动作"),
            say("by", "由谁"),
            say("when", "条件"),
            say("to", "进入"),
            say("then", "后续"),
        ];
        write_head(&mut page, &head);
        let mut rules = self.rules().to_vec();
        rules.sort_by_key(|rule| rule.line);
        for line in rules.chunk_by(|one, next| one.line == next.line) {
            let Some(rule) = line.first() else { continue };
            let cells = [
                naming.words(line.iter().map(|rule| rule.from)),
                naming.action(rule),
                naming.words(rule.by.iter()),
                naming.conditions(rule.when()),
                naming.target(rule),
                naming.words(rule.then()),
            ];
            write_row(&mut page, &cells);
        }
        page
    }

    /// Who may do what in each state, as a Markdown table: a line for each state, a column for each role with a row.
    ///
    /// The second column says whom the state waits for and which limit it has.
    #[must_use]
    pub fn to_matrix(&self, naming: Naming) -> String {
        let all = self.rules().iter().fold(Roles::NONE, |all, rule| all.or(rule.by));
        let mut page = String::new();
        let mut head =
            Vec::from([String::from(naming.say("state", "状态")), String::from(naming.say("waits for", "等待"))]);
        head.extend(all.iter().map(|role| String::from(naming.word(role))));
        write_head(&mut page, &head);
        for &state in M::State::ALL {
            let mut cells = Vec::from([String::from(naming.word(state)), self.waited_for(state, naming)]);
            cells.extend(all.iter().map(|role| {
                let actions = M::Action::ALL.iter().copied();
                naming.words(actions.filter(|&action| self.may(state, action, role)))
            }));
            write_row(&mut page, &cells);
        }
        page
    }

    fn waited_for(&self, state: M::State, naming: Naming) -> String {
        let plain = |text| String::from(text);
        match self.standing(state) {
            Standing::Start => plain(naming.say("(start)", "（起点）")),
            Standing::Led => plain(naming.say("(led)", "（联动）")),
            Standing::Rests => plain(naming.say("(rests)", "（终态）")),
            Standing::Waits(role) => {
                let limit = self.limit(state).map(|limit| naming.word(limit));
                join([Some(naming.word(role)), limit].into_iter().flatten(), naming.say(": ", "："))
            }
        }
    }

    /// The states and the ways between them as a Mermaid `stateDiagram-v2`: one arrow for each pair of states.
    ///
    /// `=` before an action stays, `!` marks a correction.
    #[must_use]
    pub fn to_mermaid(&self, naming: Naming) -> String {
        let mut page = String::from("stateDiagram-v2\n");
        for &state in M::State::ALL {
            let _ = match self.standing(state) {
                Standing::Start => Ok(()),
                Standing::Waits(_) | Standing::Led | Standing::Rests => {
                    let label = mermaid_text(naming.word(state));
                    writeln!(page, "    state \"{label}\" as {}", state.code())
                }
            };
        }
        for &from in M::State::ALL {
            for &to in M::State::ALL {
                self.write_arrow(&mut page, from, to, naming);
            }
            if self.rests(from) {
                let _ = writeln!(page, "    {} --> [*]", from.code());
            }
        }
        page
    }

    /// All rows from one state to another as one arrow.
    fn write_arrow(&self, page: &mut String, from: M::State, to: M::State, naming: Naming) {
        let mut labels: Vec<String> = Vec::new();
        for rule in self.rules_from(from).iter().filter(|rule| rule.next() == to) {
            let mark = match (rule.to, rule.correction) {
                (To::Stay, _) => "= ",
                (To::Enter(_), true) => "! ",
                (To::Enter(_), false) => "",
            };
            let (action, roles) = (naming.word(rule.action), naming.words(rule.by.iter()));
            let mut label = String::from(mark);
            let _ = write!(label, "{} ({})", mermaid_text(action), mermaid_text(&roles));
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        if labels.is_empty() {
            return;
        }
        let start = if self.standing(from) == Standing::Start { "[*]" } else { from.code() };
        let labels = join(labels.into_iter(), "<br/>");
        let _ = writeln!(page, "    {start} --> {} : {labels}", to.code());
    }
}

fn join(parts: impl Iterator<Item = impl AsRef<str>>, separator: &str) -> String {
    let mut joined = String::new();
    for (at, part) in parts.enumerate() {
        joined.push_str(if at == 0 { "" } else { separator });
        joined.push_str(part.as_ref());
    }
    joined
}

fn write_head(page: &mut String, head: &[String]) {
    write_row(page, head);
    page.push('|');
    for _ in head {
        page.push_str("---|");
    }
    page.push('\n');
}

/// One line of a Markdown table; nothing in a cell can end it.
fn write_row(page: &mut String, cells: &[String]) {
    page.push('|');
    for cell in cells {
        page.push(' ');
        for letter in cell.chars() {
            match letter {
                '|' => page.push_str("\\|"),
                '\\' => page.push_str("\\\\"),
                '\n' | '\r' => page.push(' '),
                other => page.push(other),
            }
        }
        page.push_str(" |");
    }
    page.push('\n');
}

/// Text in a Mermaid label, without what would end or open something there.
fn mermaid_text(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            ':' | ';' | '\n' | '\r' => ',',
            '"' => '\'',
            '<' | '{' | '[' => '(',
            '>' | '}' | ']' => ')',
            '#' | '%' => ' ',
            other => other,
        })
        .collect()
}
