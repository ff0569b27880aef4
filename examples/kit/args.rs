//! The arguments of a tool. Whatever is not known is refused before anything is done, with what there is.

use std::num::NonZeroUsize;

/// What is left of the arguments, and which flags were asked for.
pub struct Args {
    left: Vec<String>,
    known: Vec<&'static str>,
}

impl Args {
    /// All of them, but for the name of the tool.
    pub fn new(args: impl IntoIterator<Item = String>) -> Self {
        Self { left: args.into_iter().collect(), known: Vec::new() }
    }

    /// Whether a flag is there.
    pub fn flag(&mut self, name: &'static str) -> bool {
        self.known.push(name);
        let at = self.left.iter().position(|arg| arg == name);
        at.map(|at| self.left.remove(at)).is_some()
    }

    /// What is said of a name: `--name value` or `--name=value`.
    pub fn value(&mut self, name: &'static str) -> Result<Option<String>, String> {
        let missing = || format!("`{name}` needs a value");
        match self.optional(name) {
            None => Ok(None),
            Some(value) => value.filter(|value| !value.is_empty()).map(Some).ok_or_else(missing),
        }
    }

    /// The same, where nothing needs to be said.
    pub fn optional(&mut self, name: &'static str) -> Option<Option<String>> {
        self.known.push(name);
        let is_of = |arg: &String| arg.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('='));
        let at = self.left.iter().position(is_of)?;
        let arg = self.left.remove(at);
        if let Some((_, value)) = arg.split_once('=') {
            return Some(Some(value.to_owned()));
        }
        let said = self.left.get(at).is_some_and(|next| !next.starts_with('-'));
        Some(said.then(|| self.left.remove(at)))
    }

    /// The number that is said of a name, from 1.
    pub fn number(&mut self, name: &'static str) -> Result<Option<usize>, String> {
        let Some(text) = self.value(name)? else { return Ok(None) };
        let number: Result<NonZeroUsize, _> = text.parse();
        number.map(|number| Some(number.get())).map_err(|_| format!("`{name}` takes a number from 1, not `{text}`"))
    }

    /// The words that are left, of which there may be so many; the flags must have been asked for.
    pub fn words(self, most: usize) -> Result<Vec<String>, String> {
        let name = |arg: &str| arg.split('=').next().unwrap_or_default().to_owned();
        let flag = self.left.iter().find(|arg| arg.starts_with('-'));
        match (flag, self.left.get(most)) {
            (Some(flag), _) if self.known.contains(&name(flag).as_str()) => {
                Err(format!("`{}` stands there twice, or takes no value", name(flag)))
            }
            (Some(other), _) => Err(format!("`{other}` means nothing here; there are {}", self.known.join(", "))),
            (None, Some(other)) => Err(format!("`{other}` means nothing here")),
            (None, None) => Ok(self.left),
        }
    }
}

/// The names of a list, each of which there must be; `what` says of what they are names.
pub fn named(list: &str, what: &str, all: &[String]) -> Result<Vec<String>, String> {
    let names: Vec<String> = list.split(',').map(str::to_owned).collect();
    match names.iter().find(|name| !all.contains(name)) {
        Some(unknown) => Err(format!("no {what} is called `{unknown}`; there are\n  {}", all.join("\n  "))),
        None => Ok(names),
    }
}
