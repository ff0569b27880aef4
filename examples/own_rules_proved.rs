fn main() {
    let t = std::time::Instant::now();
    let verdict = redress::testing::Proof::new().of(redress::Rules::built_in(), redress::Policy::cn_marketplace());
    println!("{verdict}\n{:?}", t.elapsed());
}
