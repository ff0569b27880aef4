//! Who may do what to an order.

use super::{Action, Condition, Order, State};
use crate::{Effect, Limit, rules};

rules! {
    /// Who may do what to an order.
    ///
    /// There is no row by which the buyer cancels a paid order: its money comes back through a case. Money that arrives
    /// is never refused, whatever the state; what is not due goes back as a surplus.
    pub static RULES: Order [State, Action, Condition, Effect, Limit];
    start Absent;
    wait Unpaid: Buyer, OnHold: Platform, Paid: Merchant, Late: Merchant, PartShipped: Merchant, Shipped: Buyer, Delivered: Buyer, Completed: Clock;
    led Unwinding;
    rest Cancelled, Refunded, Settled, Unresolved;
    states TO_SHIP = Paid, Late, PartShipped;
    states TO_CONFIRM = Shipped, Delivered;
    states SENT = PartShipped, Shipped, Delivered, Completed, Unwinding, Refunded, Settled, Unresolved;
    states ALIVE = Paid, Late, PartShipped, Shipped, Delivered, Completed;
    states WITH_MONEY = Unpaid, OnHold, Paid, Late, PartShipped, Shipped, Delivered, Completed, Unwinding, Refunded, Settled, Unresolved;

    // from | action | by | when | to | then

    // It is placed. What points and coupons have paid in full needs no payment.
    | Absent | Place | Buyer, Platform | LinesGiven, LinesValid, SumsMatch, CurrencyMatches, NothingDue, NeedsHold | OnHold | ReserveStock, NotifyPlatform |
    | Absent | Place | Buyer, Platform | LinesGiven, LinesValid, SumsMatch, CurrencyMatches, NothingDue            | Paid   | ReserveStock, NotifyMerchant |
    | Absent | Place | Buyer, Platform | LinesGiven, LinesValid, SumsMatch, CurrencyMatches                        | Unpaid | ReserveStock                 |

    // The buyer pays, in several tenders if need be, and more than is due is enough.
    | Unpaid | Pay     | Gateway  | PartOfDue, TendersLeft                             | =      |                |
    | Unpaid | Pay     | Gateway  | DueInFull, NeedsHold                               | OnHold | NotifyPlatform |
    | Unpaid | Pay     | Gateway  | DueInFull                                          | Paid   | NotifyMerchant |
    | Unpaid | Reprice | Merchant | NothingPaid, SumsMatch, SomethingDue, RepricesLeft | =      | NotifyBuyer    |

    // Or it is called off, by a person or by time; what was paid in part goes back.
    | Unpaid | Cancel as by_merchant | Merchant        | NothingPaid, ReasonGiven, OldEnough | Cancelled | NotifyBuyer, ReleaseStock |
    | Unpaid | Cancel                | Buyer, Platform | NothingPaid                         | Cancelled | ReleaseStock              |
    | Unpaid | Cancel as by_merchant | Merchant        | ReasonGiven, OldEnough              | Unwinding | NotifyBuyer, ReleaseStock |
    | Unpaid | Cancel                | Buyer, Platform |                                     | Unwinding | ReleaseStock              |
    | Unpaid | Expire                | Clock           | Past(Payment), NothingPaid          | Cancelled | NotifyBuyer, ReleaseStock |
    | Unpaid | Expire                | Clock           | Past(Payment)                       | Unwinding | NotifyBuyer, ReleaseStock |

    // Money that comes late, twice or too much is taken in and goes back.
    | Cancelled    | Pay            | Gateway |             | Unwinding ! | Alert |
    | ..WITH_MONEY | Pay as surplus | Gateway | SurplusLeft | =           | Alert |

    // A held order must not be shipped. Silence gives the money back.
    | OnHold | Release | Platform |             | Paid      | NotifyMerchant            |
    | OnHold | Reject  | Platform | ReasonGiven | Unwinding | NotifyBuyer, ReleaseStock |
    | OnHold | Expire  | Clock    | Past(Hold)  | Unwinding | NotifyBuyer, ReleaseStock |

    // The merchant ships, in parts if need be.
    | ..TO_SHIP   | Ship | Merchant | UnitsShippable, AllShipped | Shipped     | NotifyBuyer |
    | Paid, Late  | Ship | Merchant | UnitsShippable             | PartShipped | NotifyBuyer |
    | PartShipped | Ship | Merchant | UnitsShippable             | =           | NotifyBuyer |

    // Or cannot: the merchant says so, or has been silent too long.
    | Paid, Late  | Cancel     | Merchant, Platform | ReasonGiven, NoOpenCase                  | Unwinding | NotifyBuyer, ReleaseStock                 |
    | PartShipped | CancelRest | Merchant, Platform | ReasonGiven, RestUnclaimed, AllDelivered | Delivered | NotifyBuyer, ReleaseStock                 |
    | PartShipped | CancelRest | Merchant, Platform | ReasonGiven, RestUnclaimed               | Shipped   | NotifyBuyer, ReleaseStock                 |
    | Paid        | Expire     | Clock              | Past(ShipPromise)                        | Late      | NotifyBuyer, NotifyMerchant               |
    | Late        | Expire     | Clock              | Past(ShipLimit)                          | Unwinding | NotifyBuyer, NotifyMerchant, ReleaseStock |
    | PartShipped | Expire     | Clock              | Past(ShipLimit), AllDelivered            | Delivered | NotifyBuyer, NotifyMerchant, ReleaseStock |
    | PartShipped | Expire     | Clock              | Past(ShipLimit)                          | Shipped   | NotifyBuyer, NotifyMerchant, ReleaseStock |

    // A case or a loss took away what was still to be shipped, to arrive or to be confirmed.
    | PartShipped  | Narrow | Trade | AllShipped, AllDelivered | Delivered |                |
    | PartShipped  | Narrow | Trade | AllShipped               | Shipped   |                |
    | ..TO_CONFIRM | Narrow | Trade | AllConfirmed             | Completed | NotifyMerchant |
    | Shipped      | Narrow | Trade | AllDelivered             | Delivered |                |

    // Parcels arrive, come back or are lost, whatever has become of the order meanwhile.
    | Shipped | Deliver | Carrier | UnitsInTransit, AllDelivered  | Delivered | NotifyBuyer                          |
    | Shipped | Bounce  | Carrier | UnitsInTransit, LeavesNothing | Unwinding | NotifyBuyer, NotifyMerchant, Restock |
    | Shipped | Lose    | Carrier | UnitsInTransit, LeavesNothing | Unwinding | NotifyBuyer, NotifyMerchant          |
    | ..SENT  | Deliver | Carrier | UnitsInTransit                | =         |                                      |
    | ..SENT  | Bounce  | Carrier | UnitsInTransit                | =         | NotifyMerchant, Restock              |
    | ..SENT  | Lose    | Carrier | UnitsInTransit                | =         | NotifyBuyer, NotifyMerchant          |

    // The buyer confirms line by line, or silence does; a line under an open case waits for its case.
    | ..TO_CONFIRM | ConfirmReceipt        | Buyer    | LinesNamed, LinesFree, LinesHeld                     | =         | NotifyMerchant |
    | ..TO_CONFIRM | ConfirmReceipt        | Buyer    | LinesNamed, LinesFree                                | Completed | NotifyMerchant |
    | ..TO_CONFIRM | Extend as by_buyer    | Buyer    | LineRuns, WithinLastDays, DaysOffered, ExtensionLeft | =         | NotifyMerchant |
    | ..TO_CONFIRM | Extend as by_merchant | Merchant | LineRuns, WithinLastDays, DaysOffered, ExtensionLeft | =         | NotifyBuyer    |
    | ..TO_CONFIRM | Expire                | Clock    | Past(AutoConfirm), LinesHeld                         | =         | NotifyMerchant |
    | ..TO_CONFIRM | Expire                | Clock    | Past(AutoConfirm)                                    | Completed | NotifyMerchant |

    // The after-sales period ends with the settlement, but not over an open case.
    | Completed | Expire       | Clock    | Past(AfterSales), CaseOpen  | Completed   | StandStill     |
    | Completed | Expire       | Clock    | Past(AfterSales)            | Settled     | ReleaseFunds   |
    | Settled   | ReopenWindow | Platform | UntilLater, ReasonGiven, ReopeningsLeft | Completed ! | NotifyMerchant |

    // A payment dispute is a side record: it is marked here, and holds or frees the refunds of that payment.
    | ..ALIVE, Unpaid, OnHold, Unwinding, Refunded, Unresolved | MarkDispute | Gateway | DisputeMarksLeft | = | Alert |
    // What the bank gives back of a settled order is the merchant's again.
    | Settled | MarkDispute | Gateway | DisputeMarksLeft | = | Alert, ReleaseFunds |

    // Staff may give more than is refundable, from the platform's own ledger.
    | ..ALIVE, Settled | Goodwill | Platform | WithinGoodwillCap, ReasonGiven, GoodwillLeft | = | CreditBalance, NotifyBuyer |

    // Its cases and refunds tell what became of the money: all of it is back, or all that
    // is owed and the rest is rightly kept, or nobody knows, or it came back again.
    | ..ALIVE, OnHold, Unwinding | Exhaust | Trade | NothingLeft, NoOpenCase      | Refunded    | NotifyMerchant, ReleaseFunds |
    | Settled                    | Exhaust | Trade | NothingLeft, NoOpenCase      | Refunded !  | NotifyMerchant               |
    | Unresolved                 | Exhaust | Trade | NothingLeft, NoOpenCase      | Refunded !  | NotifyMerchant, ReleaseFunds |
    | Unwinding                  | Exhaust | Trade | NothingOwed, NoOpenCase      | Settled     | NotifyMerchant, ReleaseFunds |
    | Unresolved                 | Exhaust | Trade | NothingOwed, NoOpenCase      | Settled !   | NotifyMerchant, ReleaseFunds |
    | Unwinding                  | Park    | Trade | RefundUnresolved, NoOpenCase | Unresolved  | Alert                        |
    | Unresolved                 | Resume  | Trade | RefundWaits, ReconcilesLeft  | Unwinding ! |                              |
    | Refunded                   | Restore | Trade | NothingOwed, GoodsRemain, RevivalsLeft | Completed ! | NotifyBuyer, NotifyMerchant |
    | Refunded                   | Restore | Trade | RevivalsLeft                 | Unwinding ! | Alert                        |

    // Anybody of the trade may write something down; nothing moves.
    | ..WITH_MONEY, Cancelled | Note | Buyer, Merchant, Platform | NotesLeft | = |  |
}
