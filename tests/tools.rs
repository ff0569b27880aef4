//! The tools of the proof say at once what they do not understand, with what there is, and do nothing then.
#![allow(dead_code, unreachable_pub, reason = "shared with the examples")]
#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

#[path = "../examples/kit/mod.rs"]
mod kit;

#[path = "../examples/explore/asked.rs"]
mod explore;
#[path = "../examples/mutants/list.rs"]
mod list;
#[path = "../examples/mutants/asked.rs"]
mod mutants;

use redress::Rules;
use redress::testing::World;
use redress::testing::mutate::Mutant;

fn args(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

fn explored(line: &str) -> Result<explore::Asked, String> {
    explore::Asked::of(args(line))
}

fn mutated(line: &str) -> Result<mutants::Asked, String> {
    mutants::Asked::of(args(line))
}

/// Each of these is refused, for this.
fn refused<T>(of: impl Fn(&str) -> Result<T, String>, lines: &[(&str, &str)]) {
    for (line, why) in lines {
        let said = of(line).err().unwrap_or_else(|| "accepted".into());
        assert!(said.starts_with(why), "`{line}`: {said}");
    }
}

#[test]
fn a_world_or_condition_that_is_not_there_is_refused_with_those_that_are() {
    refused(
        explored,
        &[
            ("--world held,nonsense", "no world is called `nonsense`; there are\n  "),
            ("--world held,", "no world is called ``; there are\n  "),
            ("--world=held --guards order.nonsense", "no condition is called `order.nonsense`; there are\n  "),
            ("--world", "`--world` needs a value"),
            ("--world --list", "`--world` needs a value"),
            ("--limit abc", "`--limit` takes a number from 1, not `abc`"),
            ("--threads=0", "`--threads` takes a number from 1, not `0`"),
            ("--wrold held", "`--wrold` means nothing here; there are --world, --guards, "),
            ("held", "`held` means nothing here"),
            ("--world held --world paid", "`--world` stands there twice"),
            ("--list=all", "`--list` stands there twice, or takes no value"),
        ],
    );
    let said = explored("--world nonsense").unwrap_err();
    assert!(World::large().iter().all(|world| said.contains(world.name)), "{said}");
}

#[test]
fn what_is_asked_of_the_walk_is_done() {
    let two = explored("--world held,receipt --threads=3 --limit 7").unwrap();
    let names: Vec<&str> = two.worlds.iter().map(|world| world.name).collect();
    assert_eq!((names.len(), names.contains(&"held"), two.small), (2, true, false));
    assert_eq!((two.limits.threads, two.limits.trades, two.guards), (3, 7, None));
    let usual = explored("").unwrap();
    assert!(usual.small && usual.worlds.len() == World::small().len() && !usual.help && !usual.list);
    assert_eq!(explored("--guards").unwrap().guards, Some(Vec::new()));
    let named = explored("--guards order.due_in_full --world small").unwrap();
    assert_eq!((named.guards, named.small), (Some(vec!["order.due_in_full".to_owned()]), true));
    assert!(explored("--help").unwrap().help && explored("--list").unwrap().list);
}

#[test]
fn a_flag_of_mutants_that_is_not_there_starts_nothing() {
    refused(
        mutated,
        &[
            ("--al", "`--al` means nothing here; there are --all, --proofs, "),
            ("--survey=abc", "`--survey` takes a number from 1, not `abc`"),
            ("--survey", "`--survey` needs a value"),
            ("--all order.paid", "`--all` tries all of them: leave out `order.paid`"),
            ("order.paid order.late", "`order.late` means nothing here"),
            ("order.paid --seed 7", "`--seed` goes with a sample only"),
            ("--proofs", "`--proofs` goes with `--all` or a word only"),
            ("--each", "`--each` goes with `--all` only"),
        ],
    );
    let all = || Mutant::all(&Rules::built_in());
    let said = list::with_word(all(), "nonsense").unwrap_err();
    assert!(said.starts_with("no mutant has `nonsense` in its name"), "{said}");
    assert!(said.contains("order.paid.expire.late deleted"), "{said}");
    assert!(all().iter().any(|mutant| mutant.to_string() == "order.paid.expire.late deleted"));
    assert_eq!(list::with_word(all(), "order.paid.expire.late deleted").unwrap().len(), 1);
}

#[test]
fn what_is_asked_of_mutants_is_done_and_a_shallow_look_makes_no_list() {
    use mutants::Which;
    assert_eq!(mutated("").unwrap().which, Which::Sample { seed: None });
    assert_eq!(mutated("--seed 67a619c").unwrap().which, Which::Sample { seed: Some("67a619c".into()) });
    let all = mutated("--all --threads=4 --each").unwrap();
    assert_eq!((all.which == Which::All { each: true }, all.is_usual(), all.proofs), (true, true, false));
    for shallow in
        ["--all --survey=1", "--all --far 9 --proofs", "--all --near=1", "--all --forks=2", "--all --around=3"]
    {
        assert!(!mutated(shallow).unwrap().is_usual(), "{shallow}");
    }
    let named = mutated("order.paid --proofs").unwrap();
    assert_eq!((named.which, named.proofs), (Which::Named("order.paid".into()), true));
    assert!(mutated("--help").unwrap().help);
}
