//! What somebody reads who wrote something that could be taken for something else: it is said, and not guessed.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a scenario that is right here is a failed test"
)]
#![cfg(feature = "testing")]

use redress::testing::scenario::{Problem, Scenario, tell};
use redress::testing::{PolicyChange, Story};
use redress::{Lang, Rules};

const ENGLISH: &str = "scenario: a slip
order:
    line: shirt × 1 at 99.00
    line: mug × 2 at 25.00
given delivered
";

const CHINESE: &str = "场景：笔误
订单：
    商品：衬衫 × 1 件，99.00元
    商品：杯子 × 2 只，25.00元
前情：已签收
";

fn faults(text: &str) -> String {
    Scenario::parse(text).unwrap_err().to_string()
}

/// What is wrong with each of these texts.
fn each(texts: impl IntoIterator<Item = String>) -> String {
    texts.into_iter().map(|text| format!("{}\n\n", faults(&text))).collect()
}

/// Every slip on a line of its own, behind a head that is right.
fn slips(head: &str, slips: &[&str]) -> String {
    each(slips.iter().map(|slip| format!("{head}{slip}\n")))
}

/// Every entry below the heading of an order, which is placed then.
fn entries(entries: &[&str]) -> String {
    each(entries.iter().map(|entry| format!("scenario: a slip\norder:\n    {entry}\ngiven delivered\n")))
}

fn mismatch(text: &str) -> String {
    Scenario::parse(text).unwrap().run(&Rules::built_in()).unwrap_err().to_string()
}

fn runs(text: &str) {
    let scenario = Scenario::parse(text).unwrap_or_else(|faults| panic!("{faults}"));
    scenario.run(&Rules::built_in()).unwrap_or_else(|mismatch| panic!("{mismatch}"));
}

/// Two stories in a file are not made one, and nothing in the head overwrites what stands above it.
#[test]
fn what_is_said_twice() {
    insta::assert_snapshot!(faults(&format!(
        "{ENGLISH}\nscenario: another\norder:\n    line: cap × 1 at 9.00\nnonsense\n"
    )));
    insta::assert_snapshot!(faults(&format!("{CHINESE}\n场景：另一个\n订单：\n    商品：帽子 × 1 顶，9.00元\n")));
    insta::assert_snapshot!(faults(
        "scenario: twice
source: one
source: another
policy: cn_marketplace
    limits.merchant_reply: 24h
    limits.merchant_reply: 2d
    counters.reviews: 1
    counters.reviews: json 1
policy: eu_distance_selling
    nonsense: 7
order:
    buyer: bob
    line: shirt × 1 at 99.00
    shipping: 8.00
    shipping: 9.00
    buyer: eve
order spare:
    line: shirt × 1 at 99.00
    buyer: bob
    buyer: bob
order spare:
    nonsense
order:
    line: cap × 1 at 9.00
given delivered
"
    ));
    insta::assert_snapshot!(faults(
        "场景：重复
政策：国内电商平台
    计数.平台介入次数：1
    counters.reviews：2
订单：
    商品：衬衫 × 1 件，99.00元
    运费：8.00元
    运费：9.00元
订单：
    商品：帽子 × 1 顶，9.00元
前情：已签收
"
    ));
}

/// A request that misses the rules is not what somebody expects who only writes `refused`.
#[test]
fn only_a_rule_refuses() {
    let head = "scenario: not placed\norder:\n    line: shirt × 1 at 99.00\n";
    let apply = "buyer apply: kind refund_only, units shirt × 1, reason quality, evidence photo://1\n";
    insta::assert_snapshot!(mismatch(&format!("{head}{apply}    -> refused\n")));
    insta::assert_snapshot!(mismatch(
        "场景：尚未下单\n订单：\n    商品：衬衫 × 1 件，99.00元\n买家 申请：类型 仅退款，商品 衬衫 × 1，理由 质量问题，凭证 p\n    → 不予受理\n"
    ));
    runs(&format!("{head}{apply}    -> refused: stranger\n"));

    let stranger = format!("{ENGLISH}buyer \"eve\" note: text hello\n");
    for missed in ["refused", "refused: ...", "refused: malformed, ..."] {
        assert!(mismatch(&format!("{stranger}    -> {missed}\n")).contains("+ came      refused: stranger\n"));
    }
    runs(&format!("{stranger}    -> refused: stranger\n    -> buyer \"eve\" may not note: stranger\n"));
    assert!(mismatch(&format!("{ENGLISH}silence 1h\n    -> buyer \"eve\" may not note\n")).contains("no such trade"));

    let no_case = format!("{ENGLISH}merchant agree case 1\n");
    assert!(mismatch(&format!("{no_case}    -> refused\n")).contains("write `refused: malformed`"));
    runs(&format!("{no_case}    -> refused: malformed\n"));
    let late = format!("{ENGLISH}+1h buyer note: text hello\n2026-03-01 09:00 buyer note: text hello\n");
    assert!(mismatch(&format!("{late}    -> refused\n")).contains("write `refused: backwards`"));
    runs(&format!("{late}    -> refused: backwards\n"));

    // A rule of the trade does.
    runs(&format!("{ENGLISH}merchant ship: units shirt × 1, waybill sf 1\n    -> refused\n"));
}

/// A word before an action is a name only if somebody has it, or if it cannot be anything else.
#[test]
fn a_word_is_not_a_name() {
    insta::assert_snapshot!(slips(
        ENGLISH,
        &[
            "merchant not agree case 1\n    -> refused",
            "merchant kindly case 1 agree",
            "merchant says yes to case 1",
            "merchant agreed case 1",
            "merchant agree to case 1",
            "buyer eve withdraw case 1",
            "silence\n    -> buyer can cancel",
            "silence\n    -> buyer eve may cancel",
        ],
    ));
    insta::assert_snapshot!(slips(
        CHINESE,
        &[
            "商家 不 同意 售后单 1\n    → 不予受理",
            "商家 不同意 售后单 1",
            "商家 同意了 售后单 1",
            "商家 同意退款 售后单 1",
            "商家 同意 这个 售后单 1",
            "商家 张三 同意 售后单 1",
            "无人处理\n    → 买家 能 取消订单",
        ],
    ));
    for name in ["acme", "alice", "clerk-2", "\"not\"", "acme/clerk", "anna of mall"] {
        let text = format!("{ENGLISH}merchant {name} note: text hello\n");
        assert_eq!(Scenario::parse(&text).map(|_| ()), Ok(()), "{name}");
    }
    runs(&format!("{CHINESE}商家 “张三” 留言：文字 你好\n    → 不予受理：非当事人\n"));
}

/// An order that cannot be placed is wrong at its lines.
#[test]
fn what_no_order_can_be() {
    insta::assert_snapshot!(entries(&[
        "line: shirt × 2 at 99.00, discount 300.00",
        "line: shirt × 2 at 99.00\n    discount: 200.00",
        "line: shirt × 2 at 99.00\n    line: shirt × 1 at 9.00",
        "line: shirt × 0 at 99.00",
        "line: shirt × 2000000 at 9.00",
        "line: shirt × 1000000 at 90000000000.00",
        "buyer: bob",
    ]));
    insta::assert_snapshot!(slips("场景：没有商品\n", &["前情 已付款"]));
    insta::assert_snapshot!(faults(
        "场景：优惠过多\n订单：\n    商品：衬衫 × 2 件，99.00元，优惠 300.00元\n前情：已签收\n"
    ));
    insta::assert_snapshot!(slips("", &["order:\n    line: cup × 1 at 5.00\ngiven paid", "scenario:\nsilence"]));
    insta::assert_snapshot!(slips("", &["订单：\n    商品：杯子 × 1 只，5.00元\n前情 已付款"]));
    // The refusal is the story.
    runs(
        "scenario: named twice\norder:\n    line: cup × 1 at 5.00\n    line: cup × 1 at 5.00\ngiven placed\n    -> refused: malformed\n",
    );
}

/// Names of several words, words behind a count, and counts that there are not.
#[test]
fn goods_and_how_many() {
    insta::assert_snapshot!(entries(&[
        "line: coffee machine × 1 at 299.00",
        "line: coffee machine x 1 at 299.00",
        "line: shirt, blue × 1 at 99.00",
        "line: bowl × 2 boxes at 9.90",
        "line: cup × 2 for 9.00",
    ]));
    insta::assert_snapshot!(each(
        ["蓝色衬衫 XL × 1 件，99.00元", "红酒 × 2 大瓶，99.00元"]
            .map(|line| format!("场景：商品\n订单：\n    商品：{line}\n前情：已签收\n"))
    ));
    insta::assert_snapshot!(slips(
        ENGLISH,
        &[
            "buyer apply: kind exchange, units coffee machine × 1, reason quality",
            "buyer apply: kind exchange, units mug × 2 boxes, reason quality",
            "buyer apply: kind exchange, units shirt × 2, reason quality",
            "buyer apply: kind exchange, units mug × 0, reason quality",
            "buyer apply: kind exchange, units mug × 3, reason quality",
            "buyer note: text I want my money",
            "buyer note: text I want my money, evidence photo://1",
        ],
    ));
    insta::assert_snapshot!(slips(
        CHINESE,
        &[
            "买家 申请：类型 换货，商品 衬衫 × 2 件，理由 质量问题",
            "买家 申请：类型 换货，商品 杯子 × 0，理由 质量问题"
        ],
    ));
    for measure in ["件", "个", "把", "瓶", "双", "盒", "套", "台", "条", "只", "本", "张", "支", "箱", "袋", "包"]
    {
        let text = format!("场景：量词\n订单：\n    商品：货 × 2 {measure}，9.90元\n前情：已签收\n");
        runs(&format!("{text}买家 申请：类型 退货退款，商品 货 × 1 {measure}，理由 七天无理由\n"));
    }
    runs(
        "scenario: quoted\norder:\n    line: \"coffee machine\" × 2 pieces at 299.00\ngiven delivered\n    -> paid 598.00\n",
    );
}

/// Amounts, times and texts that are read to their end or not at all.
#[test]
fn amounts_times_and_texts() {
    insta::assert_snapshot!(slips(
        ENGLISH,
        &[
            "buyer apply: kind refund_only, units shirt 1, reason quality, amount 1,000.00",
            "buyer apply: kind refund_only, units shirt 1, reason quality, amount 10,50",
            "2026-03-02 25:00 buyer note: text hello",
            "2026-02-30 10:00 buyer note: text hello",
            "2026-03-02 10:00pm buyer note: text hello",
            "2026-03-02 buyer note: text hello",
            "2026-03-02 10:00:00.123456 buyer note: text hello",
        ],
    ));
    insta::assert_snapshot!(slips(
        CHINESE,
        &[
            "2026年3月5日 买家 留言：文字 你好",
            "2026年3月5日 25:00 买家 留言：文字 你好",
            "+1天 买家 留言：文字 你好 吗"
        ],
    ));
    insta::assert_snapshot!(faults(
        "scenario: a policy\npolicy: cn_marketplace\n    amounts.approval_above: 10,000\n    return_address: 1 Road\norder:\n    line: cup × 1 at 5.00\ngiven paid\n"
    ));
    let text = "2026-03-02 10:00:00.123 buyer note: text hello\n    -> accepted\n";
    runs(&format!("{ENGLISH}{text}"));
    // Times of the file are answered by the clocks of the file.
    assert!(mismatch(&format!("{ENGLISH}{text}2026-03-02 09:00 buyer note: text hello\n")).contains(
        "the time 2026-03-02 09:00 lies before the last event; 2026-03-02 10:00:00.123 or later is accepted"
    ));
    assert!(
        mismatch(&format!("{CHINESE}2026-02-28 09:00 买家 留言：文字 你好\n"))
            .contains("时间 2026-02-28 09:00 早于最近一次记录，应不早于 2026-03-01 10:00")
    );
}

/// Why a kind is not offered can be said, and the reason that is shown is the true one.
#[test]
fn why_a_kind_is_not_offered() {
    let head = ENGLISH.replace("delivered", "paid");
    runs(&format!(
        "{head}    -> buyer may apply (refund_only)
    -> buyer may not apply (exchange): kind_fits
    -> buyer may not apply (exchange)
"
    ));
    let came = mismatch(&format!("{head}    -> buyer may apply (exchange)\n"));
    assert!(came.contains("“exchange” does not fit where the goods and the money are (kind_fits)"), "{came}");
    let came = mismatch(&format!("{head}    -> buyer may not apply (exchange): within_window\n"));
    assert!(came.contains("(kind_fits)"), "{came}");
    let came = mismatch(&format!("{}    → 买家 可以 申请 (换货)\n", CHINESE.replace("已签收", "已付款")));
    assert!(came.contains("(kind_fits)"), "{came}");
}

/// A policy that was changed twice at one place is told as it stands in the end, since a file says each thing once.
#[test]
fn what_was_changed_twice_is_told_once() {
    let text = format!("scenario: changed\npolicy: cn_marketplace\n    limits.merchant_reply: 24h\n{}", &ENGLISH[17..]);
    let mut story: Story = Scenario::parse(&text).unwrap().run(&Rules::built_in()).unwrap().story;
    let first = story.setting.changes[0].clone();
    let changed = |path: &str, value: &str| PolicyChange { path: path.into(), value: value.parse().unwrap() };
    let limits = serde_json::to_value(redress::Policy::cn_marketplace().limits).unwrap();
    story.setting.changes.extend([
        changed("counters.reviews", "2"),
        changed("limits", &limits.to_string()),
        first.clone(),
        changed("counters.reviews", "1"),
    ]);
    let told = tell(&story, &Rules::built_in(), Lang::En);
    let again = Scenario::parse(&told).unwrap().run(&Rules::built_in()).unwrap().story;
    assert_eq!(again.moves, story.moves);
    assert_eq!(again.setting.policy(), story.setting.policy());
    assert_eq!(
        again.setting.changes,
        [changed("limits", &limits.to_string()), first, changed("counters.reviews", "1")]
    );
}

/// What is wrong can be told apart by whoever shows it in another way.
#[test]
fn a_fault_names_the_line_before() {
    let twice = Scenario::parse(&format!("{ENGLISH}\nscenario: another\n")).unwrap_err().faults;
    assert_eq!(
        twice.iter().map(|fault| (fault.line, fault.problem.clone())).collect::<Vec<_>>(),
        [(7, Problem::SecondStory { before: 1 })]
    );
}
