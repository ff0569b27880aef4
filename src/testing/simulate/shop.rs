//! Where histories take place: channels with their contracts, a clerk for each, and trades that have come so far.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::between::Between;
use crate::channel::{AfterFailure, Ask, ChannelContract, KeyMemory};
use crate::job::{Clerk, Delivery};
use crate::port::Commit;
use crate::trade::{NewLine, NewOrder, Outcome, Request, Rulebook, Rules, Trade, TradeKey, step};
use crate::{Actor, Amount, Currency, FixedCalendar, Id, Length, Limit, Policy, Span, Tender, Time, order};

/// The tenant of all histories.
pub(super) const TENANT: &str = "acme-mall";
/// When every history begins: 2026-03-01 10:00 in Shanghai.
pub(super) const BEGIN: Time = Time::from_millis(1_772_330_400_000);

/// One channel, the clerk that works with it, and trades to begin with.
pub(super) struct Shop {
    pub(super) name: &'static str,
    pub(super) contract: ChannelContract,
    pub(super) clerk: Clerk,
    /// For each way to begin, the commits of each of two orders.
    pub(super) begins: Vec<Vec<Vec<Commit>>>,
}

/// How far a trade has come when its history begins.
#[derive(Clone, Copy)]
enum Begins {
    Unpaid,
    Paid,
    PaidInTwo,
    Delivered,
}

pub(super) fn buyer() -> Actor {
    Actor::buyer("alice")
}
pub(super) fn gateway() -> Actor {
    Actor::gateway("pay")
}

/// The channels of the world, by what they promise.
fn contracts() -> Vec<(&'static str, ChannelContract)> {
    let wechat = ChannelContract::wechat_pay("pay");
    let harsh = ChannelContract {
        key_memory: KeyMemory::Lasts(Length::Minutes(6)),
        ask_lag: Length::Seconds(30),
        ..wechat.clone()
    };
    let closing = ChannelContract { after_failure: AfterFailure::NewKey, ..harsh.clone() };
    let wide = ChannelContract {
        key_memory: KeyMemory::Lasts(Length::Minutes(30)),
        window: Length::Minutes(10),
        max_in_flight: Length::Minutes(10),
        ..closing.clone()
    };
    let mute = ChannelContract { ask: Ask::Never, after_failure: AfterFailure::Manual, ..harsh.clone() };
    vec![
        ("wechat_pay", wechat),
        ("stripe", ChannelContract::stripe("pay")),
        ("half_hour", ChannelContract::half_hour("pay")),
        ("forgets in minutes, same key", harsh),
        ("forgets in minutes, new key", closing),
        ("slow and forgetful, new key", wide),
        ("forgets in minutes, cannot be asked", mute),
    ]
}

impl Shop {
    /// All of them.
    ///
    /// # Errors
    ///
    /// What is wrong with what they are told, in words.
    pub(super) fn all(between: &dyn Between) -> Result<Vec<Self>, String> {
        let shops = contracts().into_iter().map(|(name, contract)| {
            let mut policy = Policy::cn_marketplace();
            contract.allow(&mut policy);
            policy.limits[Limit::GatewayAnswer] = Span::hours(2);
            policy.amounts.approval_above = Amount::new(9_000);
            let told = between.contract(contract.clone());
            // As short as a desk lets it be.
            let lease = u32::try_from(contract.shown_after() / 1_000).unwrap_or(u32::MAX);
            let delivery = Delivery { lease: Length::Seconds(lease), idle: Length::Days(1), ..Delivery::default() };
            let clerk = Clerk::builder().tenant(TENANT).policy(policy.clone()).contract(told).delivery(delivery);
            let clerk = clerk.clerk().map_err(|fault| fault.to_string())?;
            let begins = [Begins::Unpaid, Begins::Paid, Begins::PaidInTwo, Begins::Delivered];
            let begins = begins.iter().map(|begins| {
                let orders = ["o-1", "o-2"].iter();
                orders.map(|order| begin(&policy, &contract, *begins, order)).collect()
            });
            Ok(Self { name, begins: begins.collect::<Result<_, String>>()?, contract, clerk })
        });
        shops.collect()
    }
}

/// What is ordered: two shirts and a mug, 158.00 with shipping.
fn ordered() -> NewOrder {
    let lines = vec![NewLine::new("shirt", 2, 6_000), NewLine::new("mug", 1, 3_000)];
    let mut order = NewOrder::new("alice", "acme", Currency::CNY, lines).paid_through("pay");
    order.carriers.push(Id::from("sf"));
    order.finance.push(Id::from("fin-1"));
    order.shipping = Amount::new(800);
    order.total = order.due().unwrap_or(Amount::MOST);
    order
}

/// That a payment has come in.
pub(super) fn pay(tender: Tender, amount: u64, reference: &str) -> Request {
    let pay = Request::by(gateway()).order(order::Action::Pay).amount(amount);
    pay.tender(tender).reference(reference).key(reference)
}

fn begin(policy: &Policy, contract: &ChannelContract, begins: Begins, order: &str) -> Result<Vec<Commit>, String> {
    let tender = contract.tenders.iter().next().unwrap_or(Tender::Wallet);
    let (merchant, carrier) = (Actor::merchant("acme"), Actor::carrier("sf"));
    let mut asked = vec![Request::by(buyer()).place(ordered())];
    match begins {
        Begins::Unpaid => {}
        Begins::Paid | Begins::Delivered => asked.push(pay(tender, 15_800, "p-1")),
        Begins::PaidInTwo => asked.extend([pay(tender, 10_000, "p-1"), pay(tender, 5_800, "p-2")]),
    }
    if matches!(begins, Begins::Delivered) {
        let ship = Request::by(merchant).order(order::Action::Ship).units("shirt", 2).units("mug", 1);
        asked.push(ship.waybill("sf", "w-1"));
        asked.push(Request::by(carrier).order(order::Action::Deliver).units("shirt", 2).units("mug", 1));
    }
    let (rules, calendar) = (Rules::built_in(), FixedCalendar::china());
    let book = Rulebook::new(&rules, policy, &calendar);
    let mut trade = Trade::absent(TradeKey { tenant: TENANT.into(), order: order.into() });
    let mut commits = Vec::new();
    for (nth, request) in (0..).zip(&asked) {
        let at = BEGIN.after(-3_600_000 + nth * 600_000);
        let Outcome { trade: after, events } = step(&book, &trade, request, at)
            .map_err(|denied| "it does not begin: ".to_owned() + &denied.to_string())?;
        commits.push(Commit::of(&trade, Outcome { trade: after.clone(), events }));
        trade = after;
    }
    Ok(commits)
}
