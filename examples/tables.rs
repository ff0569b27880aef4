//! Prints the process as its rows have it: three tables, who may do what in each state, diagrams, the flow between, and how
//! long time alone can take.
//!
//! ```text
//! cargo run --example tables [-- en | zh | codes]
//! ```
//!
//! All of it comes from the rows that decide. The tables are Markdown, the diagrams Mermaid: paste them where you like.

use std::io::Write;

use redress::rule::{Machine, Naming, RowId, Table};
use redress::trade::draw_flow;
use redress::{Calendar, FixedCalendar, Lang, Policy, Rulebook, Rules, Word as _, after_sale, order, refund};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let naming = match std::env::args().nth(1).as_deref() {
        None | Some("en") => Naming::Labels(Lang::En),
        Some("zh") => Naming::Labels(Lang::Zh),
        Some("codes") => Naming::Codes,
        Some(other) => return Err(format!("`{other}`? Say `en`, `zh` or `codes`").into()),
    };
    let pages = [
        machine(&order::RULES, naming),
        machine(&after_sale::RULES, naming),
        machine(&refund::RULES, naming),
        flow(naming),
        silence(naming)?,
    ];
    // In one piece, so that whoever reads only the beginning may close the pipe.
    std::io::stdout().write_all(pages.concat().as_bytes())?;
    Ok(())
}

/// One machine: its rows, its matrix, its diagram.
fn machine<M: Machine>(table: &Table<M>, naming: Naming) -> String {
    let (english, chinese) = M::LABEL;
    let (name, rows, matrix, diagram) = match naming {
        Naming::Labels(Lang::Zh) => (chinese, "规则（`=` 状态不变，`!` 更正，`*` 计次）", "谁能做什么", "状态图"),
        _ => (
            english,
            "the rows (`=` stays, `!` corrects a state of rest, `*` is counted)",
            "who may do what",
            "the states",
        ),
    };
    let (table, who, states) = (table.to_markdown(naming), table.to_matrix(naming), table.to_mermaid(naming));
    format!(
        "# {name}\n\n## {name}: {rows}\n\n{table}\n## {name}: {matrix}\n\n{who}\n\
         ## {name}: {diagram}\n\n```mermaid\n{states}```\n\n"
    )
}

/// Who is told, and when: whoever is told has rows of its own for it, above.
fn flow(naming: Naming) -> String {
    let title = match naming {
        Naming::Labels(Lang::Zh) => "联动：何时通知谁，自上而下",
        _ => "the flow between them: who is told when, from the top down",
    };
    format!("# {title}\n\n{}", draw_flow(naming))
}

/// How long it can take until everything rests if nobody acts: for each policy that comes with the crate.
fn silence(naming: Naming) -> Result<String, Box<dyn std::error::Error>> {
    let title = match naming {
        Naming::Labels(Lang::Zh) => "无人操作时最迟何时了结",
        _ => "how long silence can take",
    };
    let rules = Rules::built_in();
    let presets: [(Policy, &dyn Calendar); 2] =
        [(Policy::cn_marketplace(), &FixedCalendar::china()), (Policy::eu_distance_selling(), &FixedCalendar::utc())];
    let mut page = format!("\n# {title}\n\n");
    for (policy, calendar) in presets {
        let bound = Rulebook::new(&rules, &policy, calendar).silence_bound()?;
        page += &match naming {
            Naming::Labels(lang) => format!("- {}: {}\n", policy.name, bound.label(lang)),
            _ => format!("- {}: {bound}\n", policy.name),
        };
        let ways =
            [way(&rules.after_sale, bound.longest_case(), naming), way(&rules.order, bound.longest_order(), naming)];
        page += &ways.concat();
    }
    Ok(page)
}

/// The longest way of a machine, by the states that are waited in.
fn way<M: Machine>(table: &Table<M>, rows: &[RowId], naming: Naming) -> String {
    let found: Vec<_> = rows.iter().filter_map(|row| table.rule(row)).collect();
    let last = found.last().and_then(|rule| rule.to.entered());
    let states = found.iter().map(|rule| rule.from).chain(last).map(|state| match naming {
        Naming::Labels(lang) => state.label(lang),
        _ => state.code(),
    });
    let (english, chinese) = M::LABEL;
    let title = match naming {
        Naming::Labels(Lang::Zh) => format!("{chinese}最久的路径"),
        _ => format!("the longest way of one {english}"),
    };
    format!("  - {title}: {}\n", states.collect::<Vec<_>>().join(" → "))
}
