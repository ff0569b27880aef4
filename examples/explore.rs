//! Walks through small worlds.
use redress::Rules;
use redress::testing::World;
use redress::testing::explore::{Limits, explore_with};
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let get = |name: &str| args.iter().position(|a| a == name).and_then(|at| args.get(at + 1).cloned());
    let name = get("--world").unwrap_or("small".into());
    let mut limits = Limits::default();
    if let Some(n) = get("--threads") {
        limits.threads = n.parse().unwrap();
    }
    if let Some(n) = get("--limit") {
        limits.trades = n.parse().unwrap();
    }
    let worlds = match name.as_str() {
        "small" => World::small(),
        "tiny" => World::tiny(),
        "large" => World::large(),
        one => World::large().into_iter().filter(|w| w.name == one).collect(),
    };
    let report = explore_with(&worlds, &Rules::built_in(), limits, &mut |p| {
        eprint!("\r{} {} left {} {:.1}s", p.world, p.visited, p.left, p.took.as_secs_f64());
    });
    eprintln!();
    println!("{report}");
}
