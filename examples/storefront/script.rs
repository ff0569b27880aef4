//! How a story is written down: who asks for what and when, what is refused, and how it must end.

use redress::channel::Deed;
use redress::trade::Place;
use redress::{Actor, Currency, NewLine, NewOrder, Request, Tender, after_sale, order};

/// The tenant whose desk this is.
pub const MALL: &str = "acme-mall";

/// The people of all stories, apart from the buyers.
pub fn merchant() -> Actor {
    Actor::merchant("acme")
}
pub fn staff() -> Actor {
    Actor::platform(MALL, "cs-7")
}
pub fn carrier() -> Actor {
    Actor::carrier("sf")
}
pub fn pay() -> Actor {
    Actor::gateway("pay")
}

/// One story on an order of its own.
pub struct Story {
    pub order: &'static str,
    pub title: (&'static str, &'static str),
    /// What happens when, in this order.
    pub steps: Vec<(&'static str, Step)>,
    /// How the payment channel answers, one after the other; then it pays.
    pub answers: Vec<Deed>,
    bought: Option<NewOrder>,
}

/// One thing that happens.
pub enum Step {
    /// Somebody asks, and it is done.
    Does(Request),
    /// Somebody asks, and is refused with this code.
    Refused(Request, &'static str),
    /// The story is over, and must stand like this.
    Ends(Ending),
}

/// How a story must end: every amount to the cent.
pub struct Ending {
    pub order: order::State,
    pub cases: Vec<after_sale::State>,
    pub kept: u64,
    /// What went back, to each payment.
    pub refunded: Vec<u64>,
    /// What the merchant is charged with for the platform.
    pub charged: u64,
    /// What the platform has lost.
    pub written_off: u64,
    /// Where the units of a line are.
    pub goods: Vec<(&'static str, u32, Place)>,
}

impl Story {
    pub fn new(order: &'static str, english: &'static str, chinese: &'static str) -> Self {
        Self { order, title: (english, chinese), steps: Vec::new(), answers: Vec::new(), bought: None }
    }

    pub fn does(mut self, when: &'static str, request: Request) -> Self {
        self.steps.push((when, Step::Does(request)));
        self
    }

    pub fn refused(mut self, when: &'static str, request: Request, code: &'static str) -> Self {
        self.steps.push((when, Step::Refused(request, code)));
        self
    }

    pub fn ends(mut self, when: &'static str, ending: Ending) -> Self {
        self.steps.push((when, Step::Ends(ending)));
        self
    }

    pub fn gateway(mut self, answers: Vec<Deed>) -> Self {
        self.answers = answers;
        self
    }

    /// An order is placed.
    pub fn places(mut self, order: NewOrder) -> Self {
        self.bought = Some(order.clone());
        let buyer = Actor::buyer(order.buyer);
        self.does("03-01 10:00", Request::by(buyer).place(order))
    }

    /// A payment comes in.
    pub fn pays(self, amount: u64, tender: Tender, reference: &str) -> Self {
        let paid = Request::by(pay()).order(order::Action::Pay).amount(amount);
        // Each channel numbers its payments across all orders.
        let reference = format!("{reference}-{}", self.order);
        self.does("03-01 10:02", paid.tender(tender).reference(reference.as_str()))
    }

    /// An order is placed and paid in full from a wallet.
    pub fn buys(self, order: NewOrder) -> Self {
        let total = order.total.minor();
        self.places(order).pays(total, Tender::Wallet, "p-1")
    }

    /// All of it is shipped and delivered.
    pub fn delivered(self) -> Self {
        let mut ship = Request::by(merchant()).order(order::Action::Ship).waybill("sf", "out-1");
        let mut deliver = Request::by(carrier()).order(order::Action::Deliver);
        for line in self.bought.iter().flat_map(|order| &order.lines) {
            ship = ship.units(line.id, line.count);
            deliver = deliver.units(line.id, line.count);
        }
        self.does("03-01 18:00", ship).does("03-03 09:00", deliver)
    }
}

impl Ending {
    pub fn of(order: order::State, cases: &[after_sale::State]) -> Self {
        Self {
            order,
            cases: cases.to_vec(),
            kept: 0,
            refunded: Vec::new(),
            charged: 0,
            written_off: 0,
            goods: Vec::new(),
        }
    }

    pub fn kept(self, kept: u64) -> Self {
        Self { kept, ..self }
    }

    pub fn refunded(self, to_each_payment: &[u64]) -> Self {
        let refunded = to_each_payment.to_vec();
        Self { refunded, ..self }
    }

    pub fn charged(self, charged: u64) -> Self {
        Self { charged, ..self }
    }

    pub fn written_off(self, written_off: u64) -> Self {
        Self { written_off, ..self }
    }

    pub fn goods(mut self, line: &'static str, count: u32, place: Place) -> Self {
        self.goods.push((line, count, place));
        self
    }
}

/// An order of these lines at acme.
pub fn order_of(buyer: &str, lines: Vec<NewLine>) -> NewOrder {
    NewOrder::new(buyer, "acme", Currency::CNY, lines).paid_through("pay")
}

/// A shirt for 99.00.
pub fn shirt(buyer: &str) -> NewOrder {
    order_of(buyer, vec![NewLine::new("shirt", 1, 9_900)])
}

/// A request on the first case of an order.
pub fn on_case(actor: Actor, action: after_sale::Action) -> Request {
    Request::by(actor).case(1, action)
}
