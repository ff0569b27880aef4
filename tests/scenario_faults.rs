//! What somebody reads who made a mistake in a scenario, or expected something else: in English and in Chinese.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a scenario that is right here is a failed test")]
#![cfg(feature = "testing")]

use redress::Rules;
use redress::testing::scenario::{Problem, Scenario};

const ENGLISH: &str = "scenario: faulty
order:
    line: shirt × 1 at 99.00
    line: mug × 2 at 25.00
given delivered
";

const CHINESE: &str = "场景：有误
订单：
    商品：衬衫 × 1 件，99.00元
    商品：杯子 × 2 件，25.00元
前情：已签收
";

fn faults(text: &str) -> String {
    Scenario::parse(text).unwrap_err().to_string()
}

/// Every mistake on a line of its own, behind a head that is right.
fn each(head: &str, mistakes: &[&str]) -> String {
    mistakes.iter().map(|mistake| format!("{}\n\n", faults(&format!("{head}{mistake}\n")))).collect()
}

#[test]
fn mistakes_in_english() {
    insta::assert_snapshot!(each(
        ENGLISH,
        &[
            "buyer aply: kind exchange",
            "byer apply: kind exchange",
            "merchant agre case 1",
            "+1h buyer apply kind exchange",
            "buyer apply: kind exchnge, units shirt 1, reason quality",
            "buyer apply: kind exchange, units shrit 1, reason quality",
            "buyer apply: kind refund_only, units shirt 1, reason quality, amount 99.999",
            "buyer apply: kind refund_only, units shirt 1, reason quality, amount ten",
            "+3 buyer withdraw case 1",
            "2026-13-01 10:00 buyer withdraw case 1",
            "buyer withdraw",
            "buyer withdraw case",
            "merchant ship case 1: units shirt 1, waybill sf 1",
            "buyer withdraw case 1: stars 5",
            "buyer apply: kind exchange, reason quality",
            "buyer apply: kind exchange, units shirt 1, reason quality, text \"torn",
            "buyer apply: kind exchange, kind repair, units shirt 1, reason quality",
            "buyer withdraw case 1\n    -> case 1 withdrawed",
            "buyer withdraw case 1\n    -> refused: within_windows",
            "buyer withdraw case 1\n    -> tasks notify_buyer",
            "buyer withdraw case 1\n    -> expected nothing",
            "buyer withdraw case 1 please",
            "platform rule_for_buyer case 1: return_waived maybe",
            "buyer rate case 1: stars five",
            "given packed",
            "silence for ever",
            "buyer agree with everything",
        ],
    ));
}

#[test]
fn mistakes_in_chinese() {
    insta::assert_snapshot!(each(
        CHINESE,
        &[
            "买家 申清：类型 换货",
            "卖家 同意 售后单 1",
            "商家 同义 售后单 1",
            "+1小时 买家 申请 类型 换货",
            "买家 申请：类型 换貨，商品 衬衫 × 1，理由 质量问题",
            "买家 申请：类型 换货，商品 衬衣 × 1，理由 质量问题",
            "买家 申请：类型 仅退款，商品 衬衫 × 1，理由 质量问题，金额 99.999元",
            "买家 申请：类型 仅退款，商品 衬衫 × 1，理由 质量问题，金额 十元",
            "+3 买家 撤销申请 售后单 1",
            "2026年13月1日 10:00 买家 撤销申请 售后单 1",
            "买家 撤销申请",
            "商家 拦截包裹 退款单 1",
            "买家 撤销申请 售后单 1：星级 5",
            "买家 申请：类型 换货，理由 质量问题",
            "买家 申请：类型 换货，商品 衬衫 × 1，理由 质量问题，说明 “开线",
            "买家 撤销申请 售后单 1\n    → 售后单 1 撤消",
            "买家 撤销申请 售后单 1\n    → 不予受理：within_windows",
            "买家 撤销申请 售后单 1\n    → 任务 通知买家",
            "前情：已打包",
        ],
    ));
}

#[test]
fn mistakes_in_the_head() {
    insta::assert_snapshot!(faults(
        "scenario: all wrong
policy: cn_market
order:
    buyer alice
    line: shirt × 0.5 at 99.00
    line: mug × 1
    shiping: 8.00
    currency: EURO
order spare:
    number: 7
  -> accepted
buyer apply: kind exchange, units shirt 1, reason quality, order third
"
    ));
    insta::assert_snapshot!(faults(
        "scenario: a policy that cannot be
policy: cn_marketplace
    counters.review: 1
    counters.reviews: many
    limits.merchant_reply: 2 fortnights
    switches.direct_escalation: 7
    amounts.approval_above: 5.005
given placed
"
    ));
    insta::assert_snapshot!(faults(
        "场景：什么也没有\n政策：国内电商平台\n    计数.平台介入次数：九十九万\n    期限：48小时\n"
    ));
    insta::assert_snapshot!(faults("scenario: nothing happens\n"));
    insta::assert_snapshot!(faults(
        "场景：顺序颠倒\n订单：\n    商品：杯子 × 1 件，9.00元\n    币种：EUR\n政策：欧盟远程销售\n前情：已下单\n"
    ));
    insta::assert_snapshot!(faults(
        "scenario: a policy as a whole\npolicy: cn_marketplace\n    texts.reason_least: 900\ngiven placed\n"
    ));
}

/// A value that a policy does not take: which it takes, and which item of a list is wrong.
#[test]
fn mistakes_in_values_of_the_policy() {
    insta::assert_snapshot!(faults(
        "scenario: values that no policy has
policy: cn_marketplace
    silence.refund_only: sleeps
    silence.exchange: lapse
    reasons.evidence: quality, torn
    amounts.approval_above: abc
    amounts.fee_most: none
    statutory: yes
    limits.merchant_reply: soon
    freight.payer.quality: seller
    counters.reviews: 1.5
    refund_split: 7
    return_address: 7
given placed
"
    ));
    insta::assert_snapshot!(faults(
        "场景：政策取值有误
政策：国内电商平台
    沉默.仅退款：睡觉
    原因.evidence：质量问题，开线
    金额.审核起点：很多
    statutory：是
    开关.支持直接升级：也许
given placed
"
    ));
}

/// A policy that makes no sense as a whole: each fault stands at the last line that it is about.
#[test]
fn faults_of_the_policy_stand_at_their_lines() {
    insta::assert_snapshot!(faults(
        "scenario: a policy as a whole
policy: cn_marketplace
    limits.merchant_reply: 24h
    counters.reviews: 0
    switches.direct_escalation: yes
    texts.reason_least: 900
    counters.rounds: 99999
    silence.repair: lapses
given placed
"
    ));
    insta::assert_snapshot!(faults(
        "场景：政策前后矛盾\n政策：国内电商平台\n    开关.支持直接升级：是\n    计数.平台介入次数：0\n    沉默.维修：逾期关闭\n前情：已下单\n"
    ));
}

/// A code of a refusal that there is not: what was meant, or every code once.
#[test]
fn mistakes_in_codes_of_refusals() {
    insta::assert_snapshot!(each(
        ENGLISH,
        &["buyer withdraw case 1\n    -> refused: wrong_stat", "buyer withdraw case 1\n    -> refused: nonsense"],
    ));
    insta::assert_snapshot!(each(
        CHINESE,
        &["买家 撤销申请 售后单 1\n    → 不予受理：状态不对", "买家 撤销申请 售后单 1\n    → 不予受理：乱写一气"],
    ));
}

/// What is suggested: the beginning of a word and what people also say before what only looks like it.
#[test]
fn what_may_have_been_meant() {
    let suggested = |head: &str, line: &str| {
        let fault = Scenario::parse(&format!("{head}{line}\n")).unwrap_err().faults.remove(0);
        match fault.problem {
            Problem::Unknown { near, .. } => near,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(suggested(CHINESE, "买家 申请：类型 退货"), ["退货退款"]);
    assert_eq!(suggested(CHINESE, "买家 申请：类型 退款"), ["仅退款"]);
    assert_eq!(suggested(CHINESE, "商家 驳回 售后单 1"), ["拒绝申请"]);
    assert_eq!(suggested(CHINESE, "商家 同义 售后单 1"), ["同意"]);
    assert_eq!(suggested(CHINESE, "卖家 同意 售后单 1"), ["商家"]);
    assert_eq!(suggested(CHINESE, "顾客 撤销申请 售后单 1"), ["买家"]);
    assert_eq!(suggested(CHINESE, "买家 申请：类型 乱写"), [""; 0]);
    assert_eq!(suggested(ENGLISH, "seller agree case 1"), ["merchant"]);
    assert_eq!(suggested(ENGLISH, "customer withdraw case 1"), ["buyer"]);
    assert_eq!(suggested(ENGLISH, "courier deliver"), ["carrier"]);
    assert_eq!(suggested(ENGLISH, "merchant allow case 1"), ["agree"]);
    assert_eq!(suggested(ENGLISH, "buyer apply: kind refund"), ["refund_only", "refund only"]);
}

/// Lines that stand too far to the right or to the left, and what a line of the order that is wrong does not bring about.
#[test]
fn mistakes_in_where_a_line_stands() {
    insta::assert_snapshot!(faults(
        "scenario: steps that are indented
order:
    line: shirt × 1 at 99.00
    given delivered
    +1h buyer apply: kind exchange, units shirt × 1, reason quality
        -> case 1 requested
given delivered
  +1h merchant agree case 1
"
    ));
    insta::assert_snapshot!(faults(
        "scenario: a line that is not indented
order:
line: shirt × 1 at 99.00
given delivered
buyer apply: kind exchange, units shirt × 1, reason quality
"
    ));
    insta::assert_snapshot!(faults(
        "场景：位置有误
订单：
商品：衬衫 × 1 件，99.00元
    +1小时 买家 申请：类型 换货，商品 衬衫 × 1，理由 质量问题
"
    ));
    insta::assert_snapshot!(faults(
        "scenario: a line that is wrong
order:
    line: shirt × one at 99.00
given delivered
buyer apply: kind exchange, units shirt × 1, reason quality
"
    ));
}

/// Something is left out: the form of the whole, or the words that may stand there, are shown.
#[test]
fn what_is_left_out_is_shown() {
    insta::assert_snapshot!(each(
        ENGLISH,
        &[
            "buyer ship_back case 1: waybill SF123",
            "buyer apply: kind exchange, units shirt, reason quality",
            "buyer apply: kind exchange, units shirt × 1",
            "buyer apply: units shirt × 1, reason quality",
        ],
    ));
    insta::assert_snapshot!(each(
        CHINESE,
        &[
            "买家 寄回 售后单 1：运单 SF123，运费 12.00元",
            "买家 申请：类型 换货，商品 衬衫，理由 质量问题",
            "买家 申请：类型 换货，商品 衬衫 × 1"
        ],
    ));
    insta::assert_snapshot!(faults("scenario: no count\norder:\n    line: cup at 5.00\ngiven placed\n"));
    insta::assert_snapshot!(faults("场景：没有件数\n订单：\n    商品：杯子 5.00元\n前情：已下单\n"));
}

/// A total that is not the sum is a mistake where it is written, unless the refusal is the story.
#[test]
fn a_wrong_total_stands_at_its_line() {
    insta::assert_snapshot!(faults(
        "scenario: a wrong total\norder:\n    line: cup × 2 at 5.00\n    shipping: 3.00\n    total: 10.00\ngiven delivered\n"
    ));
    insta::assert_snapshot!(faults(
        "场景：总额有误\n订单：\n    商品：杯子 × 2 件，5.00元\n    应付总额：9.00元\n前情：已签收\n"
    ));
    let placed = "scenario: refused\norder:\n    line: cup × 2 at 5.00\n    total: 9.00\nbuyer place\n    -> refused: sums_match\n";
    Scenario::parse(placed).unwrap().run(&Rules::built_in()).unwrap();
}

/// Who expects something of a case that is not there is told which are.
#[test]
fn which_cases_there_are_is_said() {
    let apply = "+1h buyer apply: kind exchange, units shirt × 1, reason quality, evidence photo://1\n";
    let english = mismatch(&format!("{ENGLISH}{apply}    -> case 2 requested\n"));
    assert!(english.contains("+ came      case 2 does not exist; there is case 1\n"), "{english}");
    let apply = "+1小时 买家 申请：类型 换货，商品 衬衫 × 1，理由 质量问题，凭证 photo://1\n";
    let chinese = mismatch(&format!("{CHINESE}{apply}    → 售后单 2 待商家处理\n"));
    assert!(chinese.contains("售后单 2 不存在；现有售后单 1\n"), "{chinese}");
}

fn mismatch(text: &str) -> String {
    Scenario::parse(text).unwrap().run(&Rules::built_in()).unwrap_err().to_string()
}

#[test]
fn what_came_otherwise_in_english() {
    let text = format!(
        "{ENGLISH}
+30h buyer apply: kind return_and_refund, units shirt × 1, reason no_reason
    -> case 1 requested until +24h, claimed 98.00
    -> tasks: notify_buyer
    -> rows: order.paid.ship.shipped
    -> merchant may not agree case 1: within_window
    -> refund 1 submitted
    -> due +1h; rests
"
    );
    insta::assert_snapshot!(mismatch(&text));
    insta::assert_snapshot!(mismatch(&format!(
        "{ENGLISH}
+60d buyer apply: kind return_and_refund, units shirt × 1, reason no_reason
    -> case 1 requested
"
    )));
    insta::assert_snapshot!(mismatch(&format!(
        "{ENGLISH}
buyer apply: kind return_and_refund, units shirt × 1, reason damaged
    -> refused: within_window
    -> says \"the window is closed\"
"
    )));
}

#[test]
fn what_came_otherwise_in_chinese() {
    insta::assert_snapshot!(mismatch(&format!(
        "{CHINESE}
+30小时 买家 申请：类型 退货退款，商品 衬衫 × 1，理由 七天无理由
    → 售后单 1 待商家处理 至 +24小时，申请中 98.00元
    → 任务：通知买家
    → 商家 不可以 同意 售后单 1：within_window
"
    )));
    insta::assert_snapshot!(mismatch(&format!(
        "{CHINESE}
+60天 买家 申请：类型 退货退款，商品 衬衫 × 1，理由 七天无理由
    → 售后单 1 待商家处理
"
    )));
}

/// The page of the grammar shows what a reader really sees.
#[test]
fn the_samples_of_the_page_are_real() {
    let page = include_str!("../src/testing/scenario/grammar.md");
    let english = faults(&format!("{ENGLISH}buyer apply: kind exchnge, units shirt 1, reason quality\n"));
    assert!(page.contains(&english), "{english}");
    let chinese = faults(&format!("{CHINESE}商家 同义 售后单 1\n"));
    assert!(page.contains(&chinese), "{chinese}");
    let came = mismatch(&format!(
        "{CHINESE}
+30小时 买家 申请：类型 退货退款，商品 衬衫 × 1，理由 七天无理由
    → 售后单 1 待商家处理 至 +24小时，申请中 98.00元
"
    ));
    let difference = came.split("\n\n").nth(2).unwrap();
    assert!(page.contains(difference), "{difference}");
}

#[test]
fn the_number_of_an_issue_is_no_comment() {
    let text = |source: &str| format!("#1 of two\nscenario: cited\nsource: {source}\n{}", &ENGLISH[17..]);
    let source = |text: &str| Scenario::parse(text).unwrap().source().to_owned();
    assert_eq!(source(&text("mall #356, niushop # seen by us")), "mall #356, niushop");
}
