//! How each word may be written: by its code, by its label in either language, and by a few shorter names.

use alloc::string::String;
use alloc::vec::Vec;

use super::keyword::{About, Claim, Column, Entry, Given, Head, Joint, OfLine, Plain, Sized, Want, YesNo};
use crate::testing::Preset;
use crate::trade::Field;
use crate::{
    Bearer, Blame, Counter, Dispute, Effect, GoodsCondition, Kind, Lang, Limit, Reason, RefundSplit, Role,
    ShippingPart, Silence, Tender, Transport, Word, after_sale, order, refund,
};

/// A vocabulary of which words may stand in a scenario.
pub(super) trait Vocabulary: Word {
    /// What such a word says.
    const WANT: Want;
    /// Other ways to write some of them.
    const ALSO: &'static [(Self, &'static [&'static str])] = &[];
}

macro_rules! vocabularies {
    ($( $Name:ty: $want:ident $( { $( $Word:ident: $($also:literal),+; )+ } )? )+) => {
        $( impl Vocabulary for $Name {
            const WANT: Want = Want::$want;
            $( const ALSO: &'static [(Self, &'static [&'static str])] = &[ $( (Self::$Word, &[$($also),+]), )+ ]; )?
        } )+
    };
}

vocabularies! {
    Head: Beginning { Scenario: "title", "标题"; Source: "来源"; }
    Entry: Entry { Gateways: "gateway", "payment gateway"; Carriers: "carrier", "快递"; Supplement: "express"; NeedsHold: "hold"; Number: "no"; Discount: "折扣"; Total: "总额"; Points: "积分"; Insured: "insurance"; }
    OfLine: OfLine { Tax: "税"; }
    Given: Given
    Joint: Joint { Silence: "沉默", "静待"; Until: "截止", "直到"; Due: "到期"; PastDue: "past_due", "逾期"; Nothing: "nobody"; Seen: "版本"; }
    About: Subject { NewCase: "new_case"; }
    Claim: Claim { Accepted: "成功", "ok"; Refused: "不受理", "被拒"; Says: "sentence"; Rests: "终结"; Due: "next due"; }
    Column: Claim
    Sized: Claim
    YesNo: YesNo { Yes: "true", "on"; No: "false", "off"; }
    Plain: Code
    Preset: Preset
    Field: Field {
        Kind: "类型"; Units: "unit", "商品", "件数"; Reason: "原因"; Text: "说明", "文字"; Evidence: "举证"; Waybill: "快递单", "运单号"; Address: "退货地址";
        Account: "账户"; Voucher: "凭单"; Reference: "流水号"; KeyNumber: "序号"; Blame: "责任"; Bearer: "承担方"; Fee: "补款";
        Stage: "阶段"; ReturnWaived: "免退货"; FoundPaid: "已到账"; Key: "编号"; Until: "重开至";
    }
    Role: Role { Gateway: "渠道", "银行"; Carrier: "快递", "承运方"; Platform: "客服"; }
    order::Action: Action { Pay: "付款", "支付"; Deliver: "签收"; Cancel: "取消"; Bounce: "拒收"; Lose: "丢件"; MarkDispute: "支付争议"; ReopenWindow: "reopen_window"; Extend: "延长"; }
    after_sale::Action: Action {
        Apply: "申请"; Declare: "法定撤回"; Agree: "同意"; Refuse: "拒绝"; Withdraw: "撤销"; Modify: "修改"; Propose: "协商", "提出方案"; Accept: "接受";
        ShipBack: "寄回", "退货"; Receive: "收到退货"; AcceptGoods: "验收"; Escalate: "申请介入"; RuleForBuyer: "支持买家"; RuleForMerchant: "支持商家"; RuleSplit: "双方分担";
        GiveAddress: "给出地址"; Dispatch: "寄出"; SubmitEvidence: "举证"; Extend: "延期"; Rate: "评价"; Repay: "归还";
    }
    refund::Action: Action { Succeed: "退款成功"; Fail: "退款失败"; Close: "退款关闭"; GoAbnormal: "退款异常"; Pend: "处理中"; Retry: "重试"; Reverse: "银行退票"; Redirect: "更换账户"; }
    order::State: State
    after_sale::State: State
    refund::State: State
    Effect: Effect { PayOut: "退款"; }
    Kind: Kind
    Reason: Reason { NoReason: "无理由"; Damaged: "破损"; MissingParts: "少件"; Late: "晚发货"; PriceDrop: "降价"; }
    GoodsCondition: Condition
    Tender: Tender { Wallet: "钱包"; Card: "卡"; }
    Blame: Blame { Nobody: "nobody"; }
    Bearer: Bearer
    Dispute: Dispute
    Transport: Transport
    Limit: Path
    Counter: Path
    Silence: Value
    RefundSplit: Value
    ShippingPart: Value
}

/// All ways to write a word.
pub(super) fn names<W: Vocabulary>(word: W) -> impl Iterator<Item = &'static str> {
    let also = W::ALSO.iter().filter(move |(other, _)| *other == word).flat_map(|(_, names)| names.iter().copied());
    [word.code(), word.label(Lang::En), word.label(Lang::Zh)].into_iter().chain(also)
}

/// How long, in bytes, the longest way to write a word is with which the text begins; none if it begins with none.
pub(super) fn begins<'n>(text: &str, names: impl Iterator<Item = &'n str>) -> Option<usize> {
    names.filter(|name| is_at(text, name)).map(str::len).max()
}

/// Whether the text begins with the name as a whole word.
fn is_at(text: &str, name: &str) -> bool {
    let Some((head, rest)) = text.split_at_checked(name.len()) else { return false };
    if !head.eq_ignore_ascii_case(name) {
        return false;
    }
    let inside = |letter: char| letter.is_ascii_alphabetic() || letter == '_';
    let last = head.chars().next_back().is_some_and(inside);
    // `order.ship` names an action, and `none-1` somebody.
    let goes_on = |letter: char| inside(letter) || matches!(letter, '-' | '.');
    !(last && rest.starts_with(goes_on) && !rest.starts_with(".."))
}

/// The word with the longest name with which the text begins, and how long that name is.
pub(super) fn find<W: Vocabulary>(text: &str) -> Option<(W, usize)> {
    let found = W::ALL.iter().filter_map(|&word| Some((word, begins(text, names(word))?)));
    // The first of equals.
    found.rev().max_by_key(|(_, len)| *len)
}

/// How a word is shown in a language: what is written, and what it is called beside it.
pub(super) fn shown(word: impl Word, lang: Lang) -> String {
    let (code, label) = (word.code(), word.label(lang));
    match lang {
        Lang::En if label.replace(' ', "_") == code || label == code => String::from(code),
        Lang::En => alloc::format!("{code} ({label})"),
        Lang::Zh => alloc::format!("{label} ({code})"),
    }
}

/// How a word is written by the writer: by its code in English, by its label in Chinese.
pub(super) fn written(word: impl Word, lang: Lang) -> &'static str {
    match lang {
        Lang::En => word.code(),
        Lang::Zh => word.label(Lang::Zh),
    }
}

/// All words of a vocabulary as they are shown.
pub(super) fn list<W: Vocabulary>(lang: Lang) -> Vec<String> {
    W::ALL.iter().map(|&word| shown(word, lang)).collect()
}

/// The same list with nothing in it twice.
pub(super) fn each_once(list: Vec<String>) -> Vec<String> {
    let mut each: Vec<String> = Vec::new();
    for name in list {
        if !each.contains(&name) {
            each.push(name);
        }
    }
    each
}

/// What is longer than this is no misspelt word.
const LONGEST: usize = 60;

/// What people also say for a word: it is suggested to them, and not read.
const MEANT: &[(&str, &[&str])] = &[
    ("buyer", &["customer", "client", "consumer", "purchaser", "user"]),
    ("merchant", &["seller", "vendor", "shop", "store", "retailer"]),
    ("carrier", &["courier", "shipper", "postman"]),
    ("gateway", &["bank", "psp", "provider"]),
    ("platform", &["admin", "support", "staff", "operator", "moderator"]),
    ("finance", &["accounting", "accountant", "cashier"]),
    ("exchange", &["replacement", "replace", "swap"]),
    ("agree", &["allow", "consent"]),
    ("refuse", &["disapprove", "deny"]),
    ("买家", &["客户", "顾客", "用户", "消费者"]),
    ("商家", &["卖家", "店家", "店主", "店铺"]),
    ("物流", &["快递员", "快递公司"]),
    ("平台", &["管理员", "运营"]),
    ("仅退款", &["退款"]),
    ("同意申请", &["批准", "通过"]),
    ("拒绝申请", &["驳回", "不同意"]),
    ("refused", &["denied", "rejected", "forbidden"]),
    ("不予受理", &["拒绝", "被拒绝", "驳回"]),
    ("may", &["can", "could"]),
    ("may not", &["cannot", "can't"]),
    ("可以", &["能", "可", "能够"]),
    ("不可以", &["不能", "不可", "不得"]),
];

/// The names of a vocabulary that are nearest to what was written, as they would be written; at most three.
pub(super) fn near<'n>(found: &str, names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let found = found.to_lowercase();
    if found.chars().count() > LONGEST {
        return Vec::new();
    }
    let distance = |name: &'n str| Some((distance(&found, &name.to_lowercase())?, name));
    let mut close: Vec<(usize, &str)> = names.filter_map(distance).collect();
    close.sort_by_key(|(apart, _)| *apart);
    let best = close.first().map_or(0, |(apart, _)| *apart);
    let mut near: Vec<String> = Vec::new();
    for (apart, name) in close {
        if near.len() < 3 && apart == best && near.iter().all(|seen| seen != name) {
            near.push(String::from(name));
        }
    }
    near
}

/// The names of all words of a vocabulary in the language of the file.
pub(super) fn all_names<W: Vocabulary>(lang: Lang) -> impl Iterator<Item = &'static str> {
    let of_lang = move |name: &&str| name.is_ascii() == matches!(lang, Lang::En);
    W::ALL.iter().flat_map(|&word| names(word)).filter(of_lang)
}

/// How far a name is from what was written, if it may have been meant. What people also say comes first, and in Chinese a
/// name that goes on where it ends.
fn distance(found: &str, name: &str) -> Option<usize> {
    let letters = found.chars().count();
    // Chinese words are short: two letters are a beginning, and one of two must not be the first to differ.
    let (least, most) = if found.is_ascii() { (3, 1 + letters / 4) } else { (2, letters / 2) };
    let begins = letters >= least && name.starts_with(found);
    if begins && !found.is_ascii() || MEANT.iter().any(|(meant, said)| *meant == name && said.contains(&found)) {
        return Some(0);
    }
    let apart = apart(found, name);
    let another = !found.is_ascii() && letters == 2 && name.chars().next() != found.chars().next();
    let goes_on = letters >= least && found.starts_with(name) && name.chars().count() >= least;
    ((apart <= most || begins || goes_on) && !another).then_some(apart.min(most))
}

/// How many letters are to be added, left out or changed to get from one to the other (Levenshtein).
fn apart(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut diagonal = at;
        let mut left = at + 1;
        for (place, &against) in row.iter_mut().skip(1).zip(&other) {
            let changed = diagonal + usize::from(letter != against);
            diagonal = *place;
            left = changed.min(left + 1).min(diagonal + 1);
            *place = left;
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}
