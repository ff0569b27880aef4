//! A whole machine of a user's own, made of nothing but the public parts: the loan of a library book.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use redress::rule::{Finding, Guard, Machine, RowId, Standing, To};
use redress::{Lang, Role, Roles, Time, conditions, rules, words};

words! {
    /// Where a loan stands.
    pub enum State {
        /// Nobody has asked for the book.
        Absent = "absent", "not yet asked for", "未申请";
        /// Somebody has asked; the librarian is waited for.
        Asked = "asked", "asked for", "已申请";
        /// The reader has the book.
        Lent = "lent", "lent", "已借出";
        /// The book is back.
        Back = "back", "back", "已归还";
        /// The book is taken to be lost.
        Lost = "lost", "lost", "遗失";
    }
}

words! {
    /// What can be done with a loan.
    pub enum Action {
        /// The reader asks for the book.
        Ask = "ask", "ask for", "申请";
        /// The librarian lends it.
        Lend = "lend", "lend", "借出";
        /// The reader keeps it for longer.
        Renew = "renew", "renew", "续借";
        /// The reader brings it back.
        Return = "return", "return", "归还";
        /// Time has passed.
        Expire = "expire", "expire", "到期";
    }
}

words! {
    /// What follows for the world outside.
    pub enum Effect {
        /// The reader is told.
        TellReader = "tell_reader", "tell the reader", "通知读者";
        /// The reader is charged for the book.
        Charge = "charge", "charge for the book", "赔偿扣款";
    }
}

words! {
    /// How long somebody is waited for.
    pub enum Limit {
        /// The librarian answers.
        Answer = "answer", "the answer", "答复期限";
        /// The reader brings the book back.
        Loan = "loan", "the loan", "借阅期限";
    }
}

/// What is known when somebody asks.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    now: Time,
    due: Time,
    renewals: u32,
    is_reserved: bool,
    reminders: u32,
}

conditions! {
    /// What must be true for a row of a loan.
    pub enum Condition for Facts, within Limit {
        /// Nobody else waits for the book.
        NotReserved = "not_reserved", "nobody else waits for the book", "无人预约",
            else "somebody else waits for the book", "该书已被预约";
        /// The reader has not renewed too often.
        RenewalsLeft counts Extensions = "renewals_left", "renewals are left", "仍可续借",
            else "{used} of {of} renewals are used", "已续借{used}次，最多{of}次";
        /// The library has not reminded too often.
        RemindersLeft counts itself = "reminders_left", "reminders are left", "仍可提醒",
            else "{used} of {of} reminders are sent", "已提醒{used}次，最多{of}次";
    }
}

impl Condition {
    fn holds_in(self, facts: &Facts) -> bool {
        match self {
            Self::NotReserved => !facts.is_reserved,
            Self::RenewalsLeft => facts.renewals < 2,
            Self::RemindersLeft => facts.reminders < 1,
            Self::Past(_) => facts.now >= facts.due,
        }
    }

    fn found_in(self, facts: &Facts) -> Finding {
        match self {
            Self::NotReserved => Finding::Plain,
            Self::RenewalsLeft => Finding::Count { used: facts.renewals, of: 2 },
            Self::RemindersLeft => Finding::Count { used: facts.reminders, of: 1 },
            Self::Past(_) => Finding::Until { at: facts.due, offset_minutes: 480 },
        }
    }
}

/// The loan of a book.
#[derive(Clone, Copy, Debug)]
pub struct Loan;

impl Machine for Loan {
    const NAME: &'static str = "loan";
    const LABEL: (&'static str, &'static str) = ("loan", "借阅");
    type State = State;
    type Action = Action;
    type Effect = Effect;
    type Limit = Limit;
    type Condition = Condition;
    type Facts = Facts;
}

rules! {
    /// Who may do what with a loan.
    pub static LOAN: Loan [State, Action, Condition, Effect, Limit];
    start Absent;
    wait Asked: Merchant, Lent: Buyer;
    led;
    rest Back, Lost;
    states WITH_READER = Lent, Lost;
    conditions RENEW = NotReserved, RenewalsLeft;

    // from          | action         | by               | when                       | to     | then
    | Absent         | Ask            | Buyer            |                            | Asked  |                     |
    // the librarian answers, or time does
    | Asked          | Lend           | Merchant         | NotReserved                | Lent   | TellReader          |
    | Asked          | Expire         | Clock            | Past(Answer)               | Back   | TellReader          |
    // the reader has the book
    | Lent           | Renew          | Buyer            | ..RENEW                    | Lent   |                     |
    | Lent           | Renew as staff | Merchant         | ..RENEW                    | Lent   | TellReader          |
    | Lent           | Return         | Buyer, Merchant  |                            | Back   |                     |
    | Lent           | Expire         | Clock            | Past(Loan), RemindersLeft  | =      | TellReader          |
    | Lent           | Expire         | Clock            | Past(Loan)                 | Lost   | TellReader, Charge  |
    // it turns up after all
    | Lost           | Return         | Buyer            |                            | Back ! | TellReader          |
}

const NOON: Time = Time::from_millis(43_200_000);

fn facts() -> Facts {
    Facts { now: NOON, due: NOON.after(1), renewals: 0, is_reserved: false, reminders: 0 }
}

#[test]
fn the_first_row_that_fits_wins() {
    let late = Facts { due: NOON, ..facts() };
    let row = LOAN.decide(State::Lent, Action::Expire, Role::Clock, &late).expect("a reminder");
    assert_eq!(row.to, To::Stay);
    let reminded = Facts { reminders: 1, ..late };
    let row = LOAN.decide(State::Lent, Action::Expire, Role::Clock, &reminded).expect("it is lost");
    assert_eq!(row.to, To::Enter(State::Lost));
    assert_eq!(row.then().collect::<Vec<_>>(), [Effect::TellReader, Effect::Charge]);
}

#[test]
fn a_row_is_found_by_its_name() {
    for rule in LOAN.rules() {
        assert_eq!(LOAN.rule(&rule.id()), Some(rule));
    }
    let id: RowId = "loan.lent.renew.lent.staff".parse().expect("a row id");
    assert_eq!(LOAN.rule(&id).map(|rule| rule.by), Some(Roles::of(&[Role::Merchant])));
    assert_eq!(LOAN.rule(&"loan.lent.renew.stay".parse().expect("a row id")), None);
}

#[test]
fn a_refusal_names_everything_that_stands_against_it() {
    let facts = Facts { renewals: 2, is_reserved: true, ..facts() };
    let denial = LOAN.decide(State::Lent, Action::Renew, Role::Buyer, &facts).expect_err("refused");
    assert!(!denial.state_blocks() && !denial.role_blocks());
    let sentences: Vec<_> = denial
        .findings(&facts)
        .map(|(condition, finding)| {
            let mut sentence = String::new();
            finding.render(condition.denial(Lang::En), Lang::En, &mut sentence);
            sentence
        })
        .collect();
    assert_eq!(sentences, ["somebody else waits for the book", "2 of 2 renewals are used"]);
}

#[test]
fn a_refusal_in_another_state_says_where_it_is_possible() {
    let denial = LOAN.decide(State::Back, Action::Return, Role::Merchant, &facts()).expect_err("refused");
    assert!(denial.state_blocks() && !denial.role_blocks());
    assert_eq!(denial.row().map(|row| row.id().to_string()).as_deref(), Some("loan.lent.return.back"));
    assert_eq!(denial.states_possible(&LOAN).collect::<Vec<_>>(), [State::Lent]);
    assert_eq!(denial.roles_possible(), Roles::of(&[Role::Buyer, Role::Merchant]));

    let denial = LOAN.decide(State::Lost, Action::Lend, Role::Buyer, &facts()).expect_err("refused");
    assert!(denial.state_blocks() && denial.role_blocks());
    assert_eq!(denial.states_possible(&LOAN).collect::<Vec<_>>(), [State::Asked]);
}

#[test]
fn a_refusal_for_the_role_says_whose_it_is() {
    let denial = LOAN.decide(State::Asked, Action::Lend, Role::Buyer, &facts()).expect_err("refused");
    assert!(!denial.state_blocks() && denial.role_blocks());
    assert_eq!(denial.roles_possible(), Roles::of(&[Role::Merchant]));
    assert_eq!(denial.unmet().count(), 0);
}

#[test]
fn before_its_time_a_row_of_the_clock_says_until_when() {
    let facts = facts();
    let denial = LOAN.decide(State::Asked, Action::Expire, Role::Clock, &facts).expect_err("too early");
    let (condition, finding) = denial.findings(&facts).next().expect("a finding");
    assert_eq!(condition, Condition::Past(Limit::Answer));
    assert!(finding.is_time());
    let mut sentence = String::new();
    finding.render(condition.denial(Lang::Zh), Lang::Zh, &mut sentence);
    assert_eq!(sentence, "期限至1970-01-01 20:00 +08:00，尚未届满");
}

#[test]
fn every_state_has_a_standing_and_those_that_wait_have_a_limit() {
    assert_eq!(LOAN.standing(State::Absent), Standing::Start);
    assert_eq!(LOAN.standing(State::Asked), Standing::Waits(Role::Merchant));
    assert_eq!(LOAN.limit(State::Asked), Some(Limit::Answer));
    assert_eq!(LOAN.limit(State::Lent), Some(Limit::Loan));
    assert!(LOAN.rests(State::Back));
    assert_eq!(LOAN.limit(State::Back), None);
}

#[test]
fn words_of_a_table_survive_storage() {
    let id = LOAN.rules()[0].id();
    assert_eq!(id.to_string(), "loan.absent.ask.asked");
    let stored = serde_json::to_string(&id).expect("stored");
    assert_eq!(serde_json::from_str::<RowId>(&stored).expect("read"), id);
    // a name of an edited row, or of rules that are no longer built in
    let foreign: RowId = serde_json::from_str("\"loan.lent.hold.stay.customs_2\"").expect("read");
    assert_eq!(foreign.as_str(), "loan.lent.hold.stay.customs_2");
    assert!(serde_json::from_str::<RowId>("\"loan.lent\"").is_err());

    for condition in [Condition::NotReserved, Condition::Past(Limit::Loan)] {
        let stored = serde_json::to_string(&condition).expect("stored");
        assert_eq!(serde_json::from_str::<Condition>(&stored).expect("read"), condition);
    }
    assert_eq!(serde_json::to_string(&Condition::Past(Limit::Loan)).expect("stored"), "\"past(loan)\"");
}

#[test]
fn what_the_compiler_accepts_is_accepted_at_run_time() {
    assert_eq!(LOAN.check(), Ok(()));
}
