//! A shirt is sold and asked to be taken back; the merchant first says no, and then nothing.
use redress::after_sale::Action::Refuse;
use redress::order::Action::{Pay, Ship};
use redress::{Actor, Currency, Desk, Lang, Length, ManualClock, Memory};
use redress::{Kind, NewLine, NewOrder, Reason, Request, Tender};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let clock = ManualClock::starting("2026-03-01T10:00:00+08:00")?;
    let desk = Desk::builder(Memory::new()).tenant("acme-mall");
    let desk = desk.clock(clock.clone()).open()?;
    let (alice, acme, pay) = (Actor::buyer("alice"), Actor::merchant("acme"), Actor::gateway("pay"));

    // An order is placed, paid and shipped. Amounts are in minor units: 99.00.
    let lines = vec![NewLine::new("shirt", 1, 9_900)];
    let order = NewOrder::new("alice", "acme", Currency::CNY, lines).paid_through("pay");
    desk.submit("o-1", Request::by(alice).place(order))?;
    let paid = Request::by(pay).order(Pay).amount(9_900);
    desk.submit("o-1", paid.tender(Tender::Wallet).reference("p-1"))?;
    let shipped = Request::by(acme).order(Ship).units("shirt", 1);
    desk.submit("o-1", shipped.waybill("sf", "w-1"))?;
    // What may the buyer do now, and until when? And what not, and why not?
    for choice in desk.options("o-1", &alice)?.choices {
        println!("{choice}");
    }
    // The buyer asks to return it. The same key again is the same receipt, and nothing new.
    let apply = Request::by(alice).apply(Kind::ReturnAndRefund);
    let apply = apply.units("shirt", 1).reason(Reason::NoReason);
    println!("{}", desk.submit("o-1", apply.key("tap-81f3"))?);

    // A refusal explains itself, and nothing has changed.
    let refuse = Request::by(acme).case(1, Refuse).text("no returns");
    if let Err(refused) = desk.submit("o-1", refuse) {
        println!("{refused}");
    }
    // The merchant says nothing for two days: that is consent.
    clock.advance(Length::Hours(49));
    desk.run_due(100)?;
    println!("{}", desk.timeline("o-1", Lang::En)?.join("\n"));
    Ok(())
}
