//! The README shows what is: its table is the one that the rows draw.
#![expect(clippy::unwrap_used, reason = "a README without its marks is a failed test")]

use redress::after_sale;
use redress::rule::Naming;

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
fn the_example_is_the_one_that_runs() {
    let example = include_str!("../examples/quickstart.rs");
    assert!(
        between(README, "quickstart").contains(example.trim()),
        "README.md shows another example than examples/quickstart.rs"
    );
}
