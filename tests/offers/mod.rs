//! Requests around the bounds of a choice: somewhere within, and just beyond.
#![allow(dead_code, clippy::unwrap_used, reason = "shared by several test files; a failed step is a failed test")]

use redress::trade::{Choice, Detail, Field, Request, UnitBounds, Wanted, Within};
use redress::{Amount, Bearer, Blame, Reason, Role, Tender};

use redress::testing::strategy::Chance;

/// A request within the bounds of a choice.
pub(crate) fn within(chance: &mut Chance, choice: &Choice) -> Request {
    let mut request = choice.template.clone();
    let (bounds, detail) = (&choice.bounds, &mut request.detail);
    let wants = |chance: &mut Chance, field| bounds.needs.has(field) || bounds.takes.has(field) && chance.one_in(2);
    let count = |chance: &mut Chance, within: Within| {
        let most = within.most.min(within.least + 30);
        let middle = within.least + u32::try_from(chance.below((most - within.least + 1) as usize)).unwrap();
        chance.pick(&[within.least, middle, within.most]) as usize
    };
    for (field, text) in [
        (Field::Address, &mut detail.address),
        (Field::Account, &mut detail.account),
        (Field::Voucher, &mut detail.voucher),
    ] {
        if wants(chance, field) {
            *text = "x".repeat(chance.pick(&[1, 500]));
        }
    }
    detail.text.clear();
    if wants(chance, Field::Text) {
        detail.text = "字".repeat(count(chance, bounds.text.unwrap()));
    }
    if wants(chance, Field::Days) {
        detail.days = Some(chance.pick(&bounds.days));
    }
    if wants(chance, Field::FoundPaid) {
        detail.found_paid = Some(chance.pick(&bounds.found_paid));
    }
    if wants(chance, Field::Stars) {
        detail.stars = Some(u8::try_from(count(chance, bounds.stars.unwrap())).unwrap());
    }
    if wants(chance, Field::Tender) {
        detail.tender = Some(chance.pick(Tender::ALL));
    }
    if wants(chance, Field::Blame) {
        detail.blame = Some(chance.pick(Blame::ALL));
    }
    if wants(chance, Field::Bearer) {
        detail.bearer = Some(chance.pick(Bearer::ALL));
    }
    if wants(chance, Field::ReturnWaived) {
        detail.return_waived = true;
    }
    let up_to = |chance: &mut Chance, most: Amount| Some(Amount::new(any_up_to(chance, 0, most.minor())).into());
    if wants(chance, Field::Fee) {
        detail.fee = up_to(chance, bounds.fee.unwrap());
    }
    if wants(chance, Field::Difference) {
        detail.difference = up_to(chance, bounds.difference.unwrap());
    }
    if wants(chance, Field::Freight) {
        detail.freight = up_to(chance, bounds.freight.unwrap());
    }
    if bounds.reasons.is_empty() {
        plain_terms(chance, choice, detail);
    } else {
        reasoned_terms(chance, choice, detail);
    }
    request
}

fn any_up_to(chance: &mut Chance, least: u64, most: u64) -> u64 {
    let least = least.min(most);
    chance.pick(&[least, least + chance.0 % (most - least + 1), most])
}

fn any_units(chance: &mut Chance, units: &[&UnitBounds]) -> Vec<Wanted> {
    let mut wanted: Vec<Wanted> = Vec::new();
    let all = chance.one_in(3);
    for units in units {
        if !all && !wanted.is_empty() && chance.one_in(3) {
            continue;
        }
        let count = if all {
            units.most
        } else {
            u32::try_from(any_up_to(chance, units.least.into(), units.most.into())).unwrap()
        };
        wanted.push(Wanted { line: units.line, count, condition: None, reason: None });
    }
    wanted
}

fn plain_terms(chance: &mut Chance, choice: &Choice, detail: &mut Detail) {
    let bounds = &choice.bounds;
    let given = |chance: &mut Chance, field| bounds.needs.has(field) || bounds.takes.has(field) && chance.one_in(2);
    if given(chance, Field::Reason) {
        detail.reason = Some(chance.pick(Reason::ALL));
    }
    if given(chance, Field::Units) {
        detail.units = any_units(chance, &bounds.units.iter().collect::<Vec<_>>());
    }
    detail.evidence.clear();
    if given(chance, Field::Evidence) {
        let within = bounds.evidence.unwrap();
        let count = any_up_to(chance, within.least.into(), within.most.into());
        detail.evidence = vec!["photo".to_owned(); usize::try_from(count).unwrap()];
    }
    if given(chance, Field::Amount) {
        let amount = bounds.amount.unwrap();
        detail.amount = Some(any_up_to(chance, amount.least.minor(), amount.most.minor()).into());
        if bounds.explained {
            let all: Vec<&UnitBounds> = bounds.units.iter().collect();
            detail.units = any_units(chance, &all);
            for wanted in &mut detail.units {
                wanted.reason = Some(chance.pick(Reason::ALL));
            }
        }
    }
}

fn reasoned_terms(chance: &mut Chance, choice: &Choice, detail: &mut Detail) {
    let bounds = &choice.bounds;
    let reason = chance.pick(&bounds.reasons);
    detail.reason = Some(reason.reason).filter(|&reason| bounds.unsaid != Some(reason) || chance.one_in(2));
    let units: Vec<&UnitBounds> = bounds.units.iter().filter(|units| units.reasons.has(reason.reason)).collect();
    let count = any_up_to(chance, reason.evidence.least.into(), reason.evidence.most.into());
    detail.evidence = vec!["photo".to_owned(); usize::try_from(count).unwrap()];
    if !bounds.needs.has(Field::Evidence) && !bounds.takes.has(Field::Evidence) {
        detail.evidence.clear();
    }
    detail.units = any_units(chance, &units);
    detail.amount = None;
    if let Some(amount) = reason.amount.filter(|_| bounds.needs.has(Field::Amount) || !chance.one_in(3)) {
        let all = detail.units.len() == units.len()
            && detail.units.iter().zip(&units).all(|(wanted, units)| wanted.count == units.most);
        let each = detail
            .units
            .iter()
            .zip(units.iter().map(|_| ()))
            .map(|(wanted, ())| {
                let of = units.iter().find(|units| units.line == wanted.line).unwrap();
                of.each.minor() * u64::from(wanted.count)
            })
            .sum::<u64>();
        let (least, most) =
            if all { (amount.least.minor(), amount.most.minor()) } else { (1, each.min(amount.most.minor())) };
        detail.amount = Some(any_up_to(chance, least, most).into());
    }
}

/// Requests just beyond the bounds, each with what is wrong with it.
pub(crate) fn beyond(choice: &Choice) -> Vec<(&'static str, Request)> {
    let (bounds, template) = (&choice.bounds, &choice.template);
    let mut found = Vec::new();
    let mut push = |what, change: &dyn Fn(&mut Detail)| {
        let mut request = template.clone();
        change(&mut request.detail);
        found.push((what, request));
    };
    let of_reason = bounds.reasons.iter().find(|of| Some(of.reason) == template.detail.reason);
    if let Some(amount) = of_reason.map_or(bounds.amount, |of| of.amount) {
        push("one cent more", &|detail| detail.amount = Some(amount.most.plus(Amount::new(1)).unwrap().into()));
        if amount.least > Amount::new(1) && !bounds.explained {
            push("one cent less", &|detail| detail.amount = Some(amount.least.less(Amount::new(1)).into()));
        }
    }
    // A declaration names no kind: one unit more may be one of another kind.
    if bounds.needs.has(Field::Units) && choice.asked.code() != "declare" {
        for at in 0..template.detail.units.len() {
            push("one unit more", &|detail| {
                let more = detail.units.get(at).map(|wanted| Wanted { count: wanted.count + 1, ..*wanted });
                detail.units = more.into_iter().collect();
                detail.amount = bounds.needs.has(Field::Amount).then(|| Amount::new(1).into());
            });
        }
    }
    // The buyer applies for listed reasons only; others may say what they like.
    if template.actor.role == Role::Buyer && bounds.needs.has(Field::Reason) {
        for &reason in Reason::ALL.iter().filter(|&&reason| bounds.reasons.iter().all(|of| of.reason != reason)) {
            push("another reason", &|detail| detail.reason = Some(reason));
        }
    }
    if let Some(text) = bounds.text.filter(|_| bounds.needs.has(Field::Text)) {
        push("a shorter text", &|detail| detail.text = "字".repeat(text.least as usize - 1));
        push("a longer text", &|detail| detail.text = "字".repeat(text.most as usize + 1));
    }
    if let Some(evidence) =
        of_reason.map_or(bounds.evidence, |of| Some(of.evidence)).filter(|evidence| evidence.least > 0)
    {
        push("less evidence", &|detail| detail.evidence.truncate(evidence.least as usize - 1));
    }
    if bounds.needs.has(Field::Days) {
        push("other days", &|detail| detail.days = Some(4));
    }
    if bounds.stars.is_some() {
        push("six stars", &|detail| detail.stars = Some(6));
    }
    if let Some(fee) = bounds.fee {
        push("a higher fee", &|detail| detail.fee = Some(fee.plus(Amount::new(1)).unwrap().into()));
    }
    found
}
