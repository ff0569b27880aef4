//! What the arguments of `mutants` ask for.

use redress::testing::mutate::Bounds;

use crate::kit::args::Args;

/// How it is asked.
pub const USAGE: &str = "\
mutants [--seed TEXT]
    holds the mutants of rows that changed since the list was made, and a tenth of all, against the list
mutants --all [--each]
    tries all of them, and makes the list in tests/mutants anew
mutants --all --proofs [--each]
    the same without the scenarios: what the check of the tables and the promises notice alone
mutants WORD [--proofs]
    tries those with this word in their name, and says of each who noticed it
--seed TEXT: another tenth; --each: says of each who noticed it; --threads=N: on so many threads
--survey=N --around=N --forks=N --near=N --far=N: follows mutants less or more far; then no list is made";

/// Which mutants are tried.
#[derive(Debug, PartialEq, Eq)]
pub enum Which {
    /// Those of changed rows, and a tenth of the others by this seed.
    Sample { seed: Option<String> },
    /// All of them; each is told of, if that is asked for.
    All { each: bool },
    /// Those with this word in their name.
    Named(String),
}

/// What is to be done; nothing but to say how it is asked, if that is asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Asked {
    pub help: bool,
    pub which: Which,
    /// Without the scenarios.
    pub proofs: bool,
    pub bounds: Bounds,
}

impl Asked {
    /// What is asked for, or what is not understood.
    pub fn of(args: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut args = Args::new(args);
        let (all, proofs, each) = (args.flag("--all"), args.flag("--proofs"), args.flag("--each"));
        let seed = args.value("--seed")?;
        let mut bounds = Bounds::default();
        let named: [(&'static str, &mut usize); 6] = [
            ("--threads", &mut bounds.threads),
            ("--survey", &mut bounds.survey),
            ("--around", &mut bounds.around),
            ("--forks", &mut bounds.forks),
            ("--near", &mut bounds.near),
            ("--far", &mut bounds.far),
        ];
        for (name, bound) in named {
            *bound = args.number(name)?.unwrap_or(*bound);
        }
        let help = args.flag("--help") | args.flag("-h");
        let word = args.words(1)?.pop();
        let stray = |flag: &str, goes: &str| Err(format!("`{flag}` goes with {goes} only"));
        let which = match (all, word) {
            _ if help => Which::Sample { seed },
            (true, Some(word)) => return Err(format!("`--all` tries all of them: leave out `{word}`")),
            (true | false, _) if each && !all => return stray("--each", "`--all`"),
            (true, None) if seed.is_some() => return stray("--seed", "a sample"),
            (false, Some(_)) if seed.is_some() => return stray("--seed", "a sample"),
            (true, None) => Which::All { each },
            (false, Some(word)) => Which::Named(word),
            (false, None) if proofs => return stray("--proofs", "`--all` or a word"),
            (false, None) => Which::Sample { seed },
        };
        Ok(Self { help, which, proofs, bounds })
    }

    /// Whether mutants are followed as far as the lists say: a list that was made otherwise says less, or something else.
    pub fn is_usual(&self) -> bool {
        Bounds { threads: self.bounds.threads, ..Bounds::default() } == self.bounds
    }
}
