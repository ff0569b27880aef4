//! The README shows what is: its table is the one that the rows draw.
#![expect(clippy::unwrap_used, reason = "a README without its marks is a failed test")]

use redress::rule::Naming;
use redress::{Calendar, FixedCalendar, Policy, Rulebook, Rules, after_sale};

const README: &str = include_str!("../README.md");

fn between<'a>(text: &'a str, name: &str) -> &'a str {
    let rest = text.split_once(&format!("<!-- {name} -->")).unwrap().1;
    rest.split_once(&format!("<!-- /{name} -->")).unwrap().0.trim()
}

#[test]
fn the_after_sales_table_is_the_generated_one() {
    let drawn = after_sale::RULES.to_markdown(Naming::Codes);
    assert!(
        between(README, "after-sales table") == drawn.trim(),
        "write the table of tests/snapshots anew into README.md"
    );
}

#[test]
fn how_long_silence_can_take_is_what_is_computed() {
    let rules = Rules::built_in();
    let line = |policy: Policy, calendar: &dyn Calendar| {
        let bound = Rulebook::new(&rules, &policy, calendar).silence_bound().unwrap();
        format!("{}: {bound}", policy.name)
    };
    let lines = [
        line(Policy::cn_marketplace(), &FixedCalendar::china()),
        line(Policy::eu_distance_selling(), &FixedCalendar::utc()),
    ];
    let shown = between(README, "silence").trim_start_matches("```text").trim_end_matches("```");
    assert_eq!(shown.trim(), lines.join("\n"), "README.md shows other figures");
}

/// What it prints is shown; it runs on a clock of its own, so it is the same every time.
#[test]
fn what_the_example_prints_is_shown() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let run = std::process::Command::new(cargo).args(["run", "--quiet", "--example", "quickstart"]).output().unwrap();
    let printed = String::from_utf8(run.stdout).unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let shown = between(README, "quickstart prints").trim_start_matches("```text").trim_end_matches("```");
    assert!(shown.trim() == printed.trim(), "README.md shows another output than:\n{printed}");
}

#[test]
fn the_example_is_the_one_that_runs() {
    let example = include_str!("../examples/quickstart.rs");
    assert!(
        between(README, "quickstart").contains(example.trim()),
        "README.md shows another example than examples/quickstart.rs"
    );
}
