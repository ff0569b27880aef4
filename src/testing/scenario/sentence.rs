//! What is wrong with the text of a scenario, as sentences in English and in Chinese.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Write as _;

use super::fault::Problem;
use super::lexis::written;
use crate::Lang;
use crate::trade::{Asked, Field};

impl Problem {
    /// What is wrong, as a sentence.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        let zh = matches!(lang, Lang::Zh);
        let say = |[en, chinese]: [&str; 2]| String::from(if zh { chinese } else { en });
        match self {
            Self::Unknown { found, wanted, near, .. } => unknown(found, wanted, near, zh),
            Self::Missing { wanted, .. } if zh => format!("这里缺少{wanted}"),
            Self::Missing { wanted, .. } => format!("{wanted} is missing here"),
            Self::Amount { decimals } => amount(*decimals, zh),
            Self::Number { least, most } if zh => format!("这里应写 {least} 到 {most} 的整数"),
            Self::Number { least, most } => format!("a whole number from {least} to {most} is needed here"),
            Self::Grouped => say(GROUPED),
            Self::Time => say(TIME),
            Self::TooFine => say(TOO_FINE),
            Self::Length => say(LENGTH),
            Self::Unclosed => say(["the quotation mark is not closed", "引号没有闭合"]),
            Self::Unquoted { text } if zh => format!("含空格的名称或文字须加引号：“{text}”"),
            Self::Unquoted { text } => format!("a name or text of several words stands in quotation marks: \"{text}\""),
            Self::AfterCount { found, form } if zh => format!("件数之后不能写“{found}”；请写“{form}”"),
            Self::AfterCount { found, form } => format!("`{found}` cannot stand after the count; write `{form}`"),
            Self::Nobody { found, role, party } => nobody(found, role, party, zh),
            Self::NotTaken { field, asked, takes } => not_taken(*field, *asked, takes, lang),
            Self::Lacks { field, asked, .. } => lacks(*field, *asked, lang),
            Self::WhichOne { asked } => which_one(*asked, lang),
            Self::OtherMachine { fits } if zh => format!("该操作不用于此单据，可用于：{}", fits.join("、")),
            Self::OtherMachine { fits } => {
                format!("this cannot be done to that; it can be done to: {}", fits.join(", "))
            }
            Self::Leftover => say(LEFTOVER),
            Self::Stray => say(STRAY),
            Self::Indented => say(INDENTED),
            Self::NotIndented { entry } if zh => format!("“{entry}”是订单的内容：请缩进写在“订单：”之下"),
            Self::NotIndented { entry } => format!("`{entry}` is said of the order: indent it under `order:`"),
            Self::Twice => say(["this was said before; say it once", "前面已经写过，请只写一次"]),
            Self::SaidBefore { before } if zh => format!("第 {before} 行已经写过，请只写一次"),
            Self::SaidBefore { before } => format!("this was said on line {before} already; say it once"),
            Self::SecondStory { before } => second_story(*before, zh),
            Self::SecondOrder { before } => second_order(*before, zh),
            Self::NamedBefore { before } => named_before(*before, zh),
            Self::NoTitle => say(NO_TITLE),
            Self::TooLate => say(TOO_LATE),
            Self::NoSteps => say(NO_STEPS),
            Self::NoSuchLine { .. } => say(["the order has no such line", "订单中没有这个商品"]),
            Self::NoGoods => say(NO_GOODS),
            Self::Count { most } => count(*most, zh),
            Self::Discount { most } if zh => format!("优惠超过了商品金额；最多为 {most}"),
            Self::Discount { most } => format!("more is taken off than the goods cost; at most {most} is accepted"),
            Self::TooMuch { most } if zh => format!("订单金额过大；合计最多为 {most}"),
            Self::TooMuch { most } => format!("the order comes to too much; at most {most} in all is accepted"),
            Self::Total { due } if zh => format!("各商品与费用合计为 {due}；请改正应付总额，或省略不写"),
            Self::Total { due } => format!("the order comes to {due}; write that, or leave the total out"),
            Self::NoSuchPath { path, near, .. } => unknown(path, &say(["a field of the policy", "政策字段"]), near, zh),
            Self::NotSuch { path, stands } => not_such(path, stands, zh),
            Self::Policy(fault) if zh => format!("政策有误：{fault}"),
            Self::Policy(fault) => fault.to_string(),
        }
    }
}

// In English, and in Chinese.
const GROUPED: [&str; 2] = [
    "a number is written without commas, and with a point before the cents, such as 1000.50",
    "数字中不写逗号，小数点前直接写，例如 1000.50",
];
const TIME: [&str; 2] = [
    "this is no time; write `2026-03-01 10:00`, `+48h` (after the line above), `due` (the last moment in time) or `past due`",
    "这里应写时间，例如“2026-03-01 10:00”、“+48小时”（距上一步）、“到期时”（期限最后一刻）或“逾期后”",
];
const TOO_FINE: [&str; 2] = [
    "a time is written to the millisecond at most, such as `2026-03-01 10:00:30.500`",
    "时间最多精确到毫秒，例如“2026-03-01 10:00:30.500”",
];
const LENGTH: [&str; 2] =
    ["this is no length of time; write `30m`, `48h`, `7d` or `1d 12h`", "这里应写时长，例如“30分钟”、“48小时”、“7天”"];
const LEFTOVER: [&str; 2] = [
    "the line should end here; fields come after a colon, with a comma between them, and a name or text of several words stands in quotation marks",
    "这一行到此应已结束；字段写在冒号之后，以逗号分隔；含空格的名称或文字须加引号",
];
const STRAY: [&str; 2] = [
    "nothing stands above that this line belongs to; a line of its own begins without a space",
    "这一行上面没有它所属的内容；独立的一行应顶格书写",
];
const INDENTED: [&str; 2] =
    ["a step begins at the beginning of a line, without a space", "步骤应顶格书写，前面不留空格"];
const NO_TITLE: [&str; 2] =
    ["the story has no title; begin the file with `scenario: TITLE`", "场景没有标题；请在文件开头写“场景：标题”"];
const TOO_LATE: [&str; 2] = [
    "the policy stands before the orders, and a currency before the lines of its order: amounts are read by them",
    "政策应写在订单之前，币种应写在该订单的商品之前：金额依此解读",
];
const NO_STEPS: [&str; 2] = [
    "nothing happens in this scenario; write steps, such as `given delivered` or `+1h buyer apply: …`",
    "场景中没有任何步骤；请写步骤，例如“前情 已签收”或“+1小时 买家 申请：…”",
];
const NO_GOODS: [&str; 2] = [
    "the order has no goods; write `order:` before the steps and its lines indented below it, such as `line: shirt × 1 at 99.00`",
    "订单中没有商品；请在步骤之前写“订单：”，并在其下缩进写商品，例如“商品：衬衫 × 1 件，99.00元”",
];

fn nobody(found: &str, role: &str, party: &str, zh: bool) -> String {
    if zh {
        return format!(
            "“{found}”不是操作，本文件中也没有人叫这个名字（{role}是 {party}）；若是其他人的名字，请加引号：{role} “{found}”"
        );
    }
    format!(
        "`{found}` is no action, and nobody in this file has this name (the {role} is {party}); the name of somebody else stands in quotation marks: `{role} \"{found}\"`"
    )
}

fn not_taken(field: Field, asked: Asked, takes: &[Field], lang: Lang) -> String {
    let takes: Vec<&str> = takes.iter().map(|field| written(*field, lang)).collect();
    let (field, action) = (written(field, lang), asked.label(lang));
    match (matches!(lang, Lang::Zh), takes.is_empty()) {
        (true, true) => format!("“{action}”不带任何字段，不能写“{field}”"),
        (true, false) => format!("“{action}”不能写“{field}”；可以写：{}", takes.join("、")),
        (false, true) => format!("`{action}` takes no fields, so not `{field}` either"),
        (false, false) => format!("`{action}` does not take `{field}`; it takes: {}", takes.join(", ")),
    }
}

fn lacks(field: Field, asked: Asked, lang: Lang) -> String {
    let (action, field) = (asked.label(lang), written(field, lang));
    if matches!(lang, Lang::Zh) {
        format!("“{action}”须写“{field}”")
    } else {
        format!("`{action}` needs `{field}`")
    }
}

fn which_one(asked: Asked, lang: Lang) -> String {
    let refund = matches!(asked, Asked::Refund(_));
    let (one, chinese) = if refund { ("refund 1", "退款单 1") } else { ("case 1", "售后单 1") };
    if matches!(lang, Lang::Zh) {
        let label = asked.label(lang);
        return format!("请写明对哪一单“{label}”，例如“{label} {chinese}”");
    }
    format!("say which one: `{} {one}`", asked.code())
}

fn second_story(before: usize, zh: bool) -> String {
    if zh {
        return format!("一个文件只写一个场景，第 {before} 行已经开始了一个；请把这个场景写到另一个文件");
    }
    format!("a file tells one story, and one begins on line {before}; put this one into a file of its own")
}

fn second_order(before: usize, zh: bool) -> String {
    if zh {
        return format!("第 {before} 行已经写了本单；另一个订单须有名称，例如“订单 赠品：”");
    }
    format!("the order stands on line {before} already; another one has a name, such as `order spare:`")
}

fn named_before(before: usize, zh: bool) -> String {
    if zh {
        return format!("第 {before} 行已有同名商品；请合并件数，或换一个名称");
    }
    format!("the goods on line {before} have this name already; add up the count, or give them another name")
}

fn count(most: u64, zh: bool) -> String {
    match (most, zh) {
        (1, true) => String::from("件数只能是 1"),
        (1, false) => String::from("there is 1 of it: the count can only be 1"),
        (_, true) => format!("件数应在 1 到 {most} 之间"),
        (_, false) => format!("the count must be from 1 to {most}"),
    }
}

fn not_such(path: &str, stands: &str, zh: bool) -> String {
    if zh {
        return format!("政策字段“{path}”不能这样写；预设为 {stands}，请写同样形式的值");
    }
    format!("`{path}` of the policy cannot be that; it is {stands} in the preset: write a value like it")
}

fn unknown(found: &str, wanted: &str, near: &[String], zh: bool) -> String {
    let mut text = if zh { format!("“{found}”不是{wanted}") } else { format!("`{found}` is not {wanted}") };
    if !near.is_empty() {
        let near = near.iter().map(|name| if zh { format!("“{name}”") } else { format!("`{name}`") });
        let near = near.collect::<Vec<_>>().join(if zh { "或" } else { " or " });
        let _ = if zh { write!(text, "；您是想写{near}吗？") } else { write!(text, "; did you mean {near}?") };
    }
    text
}

fn amount(decimals: u32, zh: bool) -> String {
    let example = match decimals {
        0 => "99",
        3 => "99.000",
        _ => "99.00",
    };
    if zh {
        format!("这里应写金额，最多 {decimals} 位小数，例如 {example}")
    } else {
        format!("this is no amount; it is written with at most {decimals} decimal places, such as {example}")
    }
}
