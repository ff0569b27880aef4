//! Who may do what to a case.

use super::{Action, AfterSale, Condition, State};
use crate::{Effect, Limit, rules};

rules! {
    /// Who may do what to a case.
    ///
    /// It begins with an application, a declaration, a grant or an offer. The merchant answers, and silence is an answer;
    /// goods go back and others come; the platform rules where the two cannot agree; money goes out by refund orders, and
    /// what went out too early comes back. Every loop is counted, and time moves every state that waits.
    pub static RULES: AfterSale [State, Action, Condition, Effect, Limit];
    start Absent;
    wait Requested: Merchant, Overdue: Buyer, Proposed: Buyer, AwaitingPayment: Buyer, Refused: Buyer, Intercepting: Carrier,
        AwaitingReturn: Buyer, Returning: Merchant, Inspecting: Merchant, GoodsRefused: Buyer, AwaitingSendBack: Merchant, SendingBack: Buyer,
        AwaitingDispatch: Merchant, Dispatched: Buyer, UnderReview: Platform, Recovering: Buyer;
    led Refunding;
    rest Completed, Withdrawn, Lapsed, Dismissed, Unresolved;

    states UNANSWERED = Requested, Overdue;
    states NOT_AGREED = Requested, Overdue, Refused;
    states GOODS_OUT = Requested, Overdue, Proposed, Refused, AwaitingPayment, Intercepting, AwaitingReturn, UnderReview;
    states COMING_BACK = AwaitingReturn, Returning, Inspecting;
    states RETURNED = Returning, Inspecting, GoodsRefused;
    states BUYER_UNHAPPY = Overdue, Refused, AwaitingReturn, GoodsRefused, SendingBack, Dispatched, Recovering;
    states MERCHANT_UNHAPPY = Requested, Overdue, Refused, Inspecting, GoodsRefused;
    states REVIEWABLE = Requested, Overdue, Proposed, Refused, AwaitingReturn, Returning, Inspecting, GoodsRefused, AwaitingSendBack, SendingBack,
        AwaitingDispatch, Dispatched;
    states ARGUED = Requested, Overdue, Refused, Returning, Inspecting, GoodsRefused;
    states SERVED = Proposed, AwaitingPayment, AwaitingReturn, Returning, Inspecting, GoodsRefused, AwaitingDispatch, Dispatched, UnderReview;
    states HANDED_BACK = AwaitingSendBack, SendingBack;
    states GIVEN_UP = Withdrawn, Lapsed, Dismissed;
    states EVER = Requested, Overdue, Proposed, AwaitingPayment, Refused, Intercepting, AwaitingReturn, Returning, Inspecting, GoodsRefused,
        AwaitingSendBack, SendingBack, AwaitingDispatch, Dispatched, UnderReview, Refunding, Recovering, Completed, Withdrawn, Lapsed, Dismissed, Unresolved;

    conditions APPLY = OrderOpen, WithinWindow, TriesLeft, UnitsFree, WholeLines, ReapplyAllowed, KindFits, ReasonFits, EvidenceGiven,
        WithinRefundable, WholeShare, ShippingUnspent, NotDisputed;
    conditions AMEND = OrderOpen, WithinWindow, TriesLeft, UnitsFree, WholeLines, KindFits, ReasonFits, EvidenceGiven, WithinRefundable, WholeShare,
        ShippingUnspent, WithinFeeCap;
    conditions OVERRIDE = OrderOpen, UnitsFree, KindFits, WithinRefundable, WholeShare, ShippingUnspent, WithinFeeCap, ReasonGiven;
    conditions DECLARE = OrderOpen, StatutoryRight, WithinWindow, TriesLeft, UnitsFree, WithinRefundable;
    conditions UNASKED = OrderOpen, UnitsFree, KindFits, WithinRefundable, WholeShare, ShippingUnspent;
    conditions RULING = WithinCase, AdvanceFits, KindAsNamed;
    conditions REOPEN = WithinAppeal, UnitsFree, WithinRefundable, ReasonGiven;

    // from | action | by | when | to | then

    // The buyer asks; or declares what the law allows; or staff ask for the buyer where the plain row does not let them.
    // What was not shipped, and what the policy trusts the buyer with, is granted at once.
    | Absent | Apply as unshipped | Buyer    | ..APPLY, Unshipped, Pays, UnshippedIsGranted | Refunding      | NotifyMerchant, HoldShipment |
    | Absent | Apply as fast      | Buyer    | ..APPLY, Pays, Keeps, FastRefundOnApply      | Refunding      | NotifyMerchant, HoldShipment |
    | Absent | Apply              | Buyer    | ..APPLY, Pays, Returns, FastRefundOnApply    | AwaitingReturn | NotifyMerchant, AdvanceRefund, BookPickup |
    | Absent | Apply              | Buyer    | ..APPLY, WithinFeeCap                        | Requested      | NotifyMerchant, HoldShipment |
    | Absent | Apply as override  | Platform | ..OVERRIDE                                   | Requested      | NotifyBuyer, NotifyMerchant, HoldShipment |
    | Absent | Declare as advanced | Buyer   | ..DECLARE, KindFits, GoodsWithBuyer, NotWithheld | AwaitingReturn | AcknowledgeBuyer, NotifyMerchant, AdvanceRefund, BookPickup |
    | Absent | Declare            | Buyer    | ..DECLARE, KindFits, GoodsWithBuyer          | AwaitingReturn | AcknowledgeBuyer, NotifyMerchant, BookPickup |
    | Absent | Declare            | Buyer    | ..DECLARE, Unshipped                         | Refunding      | AcknowledgeBuyer, NotifyMerchant, HoldShipment |

    // Or the merchant begins: gives money back unasked, or offers terms.
    | Absent | Grant | Merchant, Platform | ..UNASKED, Pays, Keeps, ReasonGiven, GrantsLeft | Refunding | NotifyBuyer, NotifyMerchant, HoldShipment |
    | Absent | Offer | Merchant           | ..UNASKED, WithinFeeCap, OffersLeft             | Proposed  | NotifyBuyer, HoldShipment |

    // The buyer thinks again, as long as the merchant has agreed to nothing.
    | ..NOT_AGREED | Modify   | Buyer | ..AMEND, ModifiesLeft | Requested | NotifyMerchant, HoldShipment, ReleaseShipment |
    | ..NOT_AGREED | Withdraw | Buyer |                       | Withdrawn | NotifyMerchant, ReleaseShipment |

    // The merchant agrees. Who offered a fee, for a dearer replacement or for what is sent, pays it before anything moves.
    | ..NOT_AGREED | Agree | Merchant, Platform | Returns, AddressGiven, FeeDue | AwaitingPayment  | NotifyBuyer, NotifyMerchant, CollectFee |
    | ..NOT_AGREED | Agree | Merchant, Platform | Returns, AddressGiven         | AwaitingReturn   | NotifyBuyer, NotifyMerchant, BookPickup |
    | ..NOT_AGREED | Agree | Merchant, Platform | Pays, Keeps                   | Refunding        | NotifyBuyer, NotifyMerchant |
    | ..NOT_AGREED | Agree as kept | Merchant, Platform | Sends, Keeps, FeeDue  | AwaitingPayment  | NotifyBuyer, NotifyMerchant, CollectFee |
    | ..NOT_AGREED | Agree | Merchant, Platform | Sends, Keeps                  | AwaitingDispatch | NotifyBuyer, NotifyMerchant |

    // The merchant refuses where that is allowed, or proposes other terms, or takes more time.
    | ..UNANSWERED | Refuse  | Merchant | RefusalAllowed, ReasonGiven, EvidenceGiven                      | Refused  | NotifyBuyer |
    | ..UNANSWERED | Propose | Merchant | KindFits, AmountNotRaised, AmountAboveZero, WholeShare, WithinFeeCap, RoundsLeft | Proposed | NotifyBuyer |
    | Requested    | Extend  | Merchant | ReasonGiven, ExtensionLeft                                      | =        | NotifyBuyer |

    // Money is asked for a parcel on its way: it may still be stopped. Once only, then the merchant decides after all.
    | ..UNANSWERED | Intercept       | Merchant, Platform | Pays, Keeps, InTransit, InterceptLeft | Intercepting | NotifyBuyer, NotifyMerchant, RecallParcel |
    | ..UNANSWERED | AgreeIfRejected | Merchant, Platform | Pays, Keeps, InTransit, InterceptLeft | Intercepting | NotifyBuyer, NotifyMerchant |
    | Intercepting | Recall          | Carrier, Trade     |                                       | Refunding    | NotifyBuyer, NotifyMerchant, Restock |
    | Intercepting | RecallFail      | Carrier, Trade     |                                       | Requested    | NotifyBuyer, NotifyMerchant |
    | Intercepting | Expire          | Clock              | Past(Recall)                          | Requested    | NotifyBuyer, NotifyMerchant |

    // The merchant is silent: granted as if agreed, or reviewed, or overdue, as the policy says.
    | Requested | Expire | Clock | Past(MerchantReply), SilenceGrants, Pays, Keeps    | Refunding        | CountAsConsent, NotifyBuyer, NotifyMerchant |
    | Requested | Expire | Clock | Past(MerchantReply), SilenceGrants, FeeDue         | AwaitingPayment  | CountAsConsent, NotifyBuyer, NotifyMerchant, CollectFee |
    | Requested | Expire | Clock | Past(MerchantReply), SilenceGrants, Returns        | AwaitingReturn   | CountAsConsent, NotifyBuyer, NotifyMerchant, BookPickup |
    | Requested | Expire | Clock | Past(MerchantReply), SilenceGrants, Sends          | AwaitingDispatch | CountAsConsent, NotifyBuyer, NotifyMerchant |
    | Requested | Expire | Clock | Past(MerchantReply), SilenceEscalates, ReviewsLeft | UnderReview      | NotifyBuyer, NotifyMerchant, NotifyPlatform |
    | Requested | Expire | Clock | Past(MerchantReply)                                | Overdue          | NotifyBuyer, NotifyMerchant |

    // The buyer is silent after an overdue or refused application: it lapses.
    | Overdue | Expire | Clock | Past(BuyerAnswer) | Lapsed | NotifyBuyer, NotifyMerchant, ReleaseShipment |
    | Refused | Expire | Clock | Past(BuyerAnswer) | Lapsed | NotifyBuyer, NotifyMerchant, ReleaseShipment |

    // The order tells: shipped all the same, or never to come. What never comes is refunded whole, whatever was asked.
    | ..UNANSWERED | Overtake    | Trade | ShippingClosesCase | Lapsed    | NotifyBuyer, ReleaseShipment |
    | ..GOODS_OUT  | Undelivered | Trade |                    | Refunding | NotifyBuyer, NotifyMerchant |

    // The buyer takes the proposal. If the goods are back already, that settles them too.
    | Proposed | Accept             | Buyer | FeeDue                          | AwaitingPayment | NotifyMerchant, CollectFee |
    | Proposed | Accept | Buyer | AfterReturn, Pays, AdvancedMore | Recovering | NotifyMerchant, Restock, ClaimFreightInsurance, RecoverFromBuyer |
    | Proposed | Accept as returned | Buyer | AfterReturn, Pays               | Refunding       | NotifyMerchant, Restock, ClaimFreightInsurance |

    | Proposed | Accept as returned | Buyer | AfterReturn, Sends | AwaitingDispatch | NotifyMerchant, Restock, ClaimFreightInsurance |
    | Proposed | Accept             | Buyer | Pays, Keeps        | Refunding        | NotifyMerchant |
    | Proposed | Accept             | Buyer | Returns            | AwaitingReturn | NotifyMerchant, BookPickup |
    | Proposed | Accept             | Buyer | Sends, Keeps       | AwaitingDispatch | NotifyMerchant |

    // Or does not, or the merchant takes it back, or the buyer is silent: back to what stood before.
    | Proposed | Decline  | Buyer    | AfterReturn, Statutory              | Inspecting       | NotifyMerchant |
    | Proposed | Decline  | Buyer    | AfterReturn                         | GoodsRefused     | NotifyMerchant |
    | Proposed | Decline  | Buyer    | MerchantOffered                     | Withdrawn        | NotifyMerchant, ReleaseShipment |
    | Proposed | Decline  | Buyer    |                                     | Requested        | NotifyMerchant |
    | Proposed | Retract  | Merchant | GoodsWereRefused                    | GoodsRefused     | NotifyBuyer |
    | Proposed | Retract  | Merchant | AfterReturn                         | Inspecting       | NotifyBuyer |
    | Proposed | Retract  | Merchant | MerchantOffered                     | Withdrawn        | NotifyBuyer, ReleaseShipment |
    | Proposed | Retract  | Merchant |                                     | Requested        | NotifyBuyer |
    | Proposed | Expire   | Clock    | Past(BuyerAnswer), GoodsWereRefused | GoodsRefused     | NotifyBuyer, NotifyMerchant |
    | Proposed | Expire   | Clock    | Past(BuyerAnswer), AfterReturn      | Inspecting       | NotifyBuyer, NotifyMerchant |
    | Proposed | Expire   | Clock    | Past(BuyerAnswer), MerchantOffered  | Lapsed           | NotifyBuyer, NotifyMerchant, ReleaseShipment |
    | Proposed | Expire   | Clock    | Past(BuyerAnswer)                   | Requested        | NotifyBuyer, NotifyMerchant |
    | Proposed | Withdraw | Buyer    | Advanced                            | Recovering       | NotifyMerchant, RecoverFromBuyer |
    | Proposed | Withdraw | Buyer    | GoodsAtMerchant                     | AwaitingSendBack | NotifyMerchant |
    | Proposed | Withdraw | Buyer    |                                     | Withdrawn        | NotifyMerchant, ReleaseShipment |

    // A fee was agreed on. It is paid first, in parts if need be; without it there is no service.
    | AwaitingPayment | PayFee   | Gateway | FeeInFull, Returns, GoodsWithBuyer | AwaitingReturn   | NotifyMerchant, BookPickup |
    | AwaitingPayment | PayFee   | Gateway | FeeInFull                          | AwaitingDispatch | NotifyMerchant, Restock, ClaimFreightInsurance |
    | AwaitingPayment | PayFee   | Gateway | FeePaymentsLeft                    | =                | |
    | AwaitingPayment | Withdraw | Buyer   | GoodsAtMerchant                    | AwaitingSendBack | NotifyMerchant |
    | AwaitingPayment | Withdraw | Buyer   |                                    | Withdrawn        | NotifyMerchant |
    | AwaitingPayment | Expire   | Clock   | Past(FeePayment), GoodsAtMerchant  | AwaitingSendBack | NotifyBuyer, NotifyMerchant |
    | AwaitingPayment | Expire   | Clock   | Past(FeePayment)                   | Lapsed           | NotifyBuyer, NotifyMerchant |

    // The goods are to come back. Who does not know where to cannot be late: the limit starts anew with the address.
    | AwaitingReturn | GiveAddress as first | Merchant, Platform | AddressAwaited, AddressGiven, CorrectionsLeft | AwaitingReturn | NotifyBuyer, BookPickup |
    | AwaitingReturn | GiveAddress          | Merchant, Platform | AddressGiven, CorrectionsLeft                 | =              | NotifyBuyer, BookPickup |

    // They are sent; money may go out on that.
    | AwaitingReturn | ShipBack as fast | Buyer, Merchant, Carrier | WaybillGiven, Pays, FastRefundOnShipBack, NotAdvanced | Returning | NotifyMerchant, AdvanceRefund |
    | AwaitingReturn | ShipBack | Buyer, Merchant, Carrier | WaybillGiven | Returning | NotifyBuyer, NotifyMerchant |

    // Or the buyer takes more time, thinks better of it, or is silent. Money that was advanced comes back.
    | AwaitingReturn | Extend   | Buyer | ReasonGiven, ExtensionLeft | =          | NotifyMerchant |
    | AwaitingReturn | Withdraw | Buyer | Advanced                   | Recovering | NotifyMerchant, RecoverFromBuyer |
    | AwaitingReturn | Withdraw | Buyer |                            | Withdrawn  | NotifyMerchant |
    // A merchant who never named an address is reviewed, and then pays.
    | AwaitingReturn | Expire | Clock | Past(BuyerReturn), AddressAwaited, ReviewsLeft | UnderReview | NotifyBuyer, NotifyMerchant, NotifyPlatform |
    | AwaitingReturn | Expire | Clock | Past(BuyerReturn), AddressAwaited              | Refunding   | NotifyBuyer, NotifyMerchant |
    | AwaitingReturn | Expire | Clock | Past(BuyerReturn), Advanced                    | Recovering  | NotifyBuyer, NotifyMerchant, RecoverFromBuyer |
    | AwaitingReturn | Expire | Clock | Past(BuyerReturn)                              | Lapsed      | NotifyBuyer, NotifyMerchant |

    // The merchant may pay instead of sending others, or let the goods go.
    | ..COMING_BACK  | ConvertToRefund | Merchant, Platform | Sends, ReasonGiven, ConversionsLeft | =         | NotifyBuyer, NotifyMerchant |
    | AwaitingReturn | ConvertToRefund | Merchant, Platform | Pays                                | Refunding | NotifyBuyer, NotifyMerchant |

    // On their way back.
    | Returning | CorrectWaybill | Buyer             | WaybillGiven, CorrectionsLeft | =              | NotifyBuyer, NotifyMerchant |
    | Returning | CorrectWaybill as by_merchant | Merchant | WaybillGiven, FreightKept, CorrectionsLeft | = | NotifyBuyer, NotifyMerchant |
    | Returning | CancelShipBack | Buyer, Carrier    | NotPickedUp, CorrectionsLeft  | AwaitingReturn | NotifyBuyer, NotifyMerchant |
    | Returning | Receive        | Merchant, Carrier | UnitsReturning, ReceivesRest  | Inspecting     | NotifyBuyer, NotifyMerchant |
    | Returning | Receive        | Merchant, Carrier | UnitsReturning                | =              | NotifyBuyer, NotifyMerchant |
    | Returning | Lose           | Carrier           | ReviewsLeft                   | UnderReview    | NotifyBuyer, NotifyMerchant, NotifyPlatform |
    | Returning | Lose           | Carrier           |                               | Refunding      | NotifyBuyer, NotifyMerchant |
    | Returning | Bounce         | Carrier           | SomeReceived                  | Inspecting     | NotifyBuyer, NotifyMerchant |
    | Returning | Bounce         | Carrier           | ReviewsLeft                   | UnderReview    | NotifyBuyer, NotifyMerchant, NotifyPlatform |
    | Returning | Bounce         | Carrier           | Advanced                      | Recovering     | NotifyBuyer, NotifyMerchant, RecoverFromBuyer |
    | Returning | Bounce         | Carrier           |                               | SendingBack    | NotifyBuyer, NotifyMerchant |

    // The merchant accepts the goods; units that never came leave the case and are not paid for. A fee that the buyer has
    // offered since the goods were refused is paid before anything is sent.
    | Inspecting, GoodsRefused | AcceptGoods | Merchant | FeeDue | AwaitingPayment | NotifyBuyer, CollectFee |
    | ..RETURNED | AcceptGoods | Merchant | Sends              | AwaitingDispatch | NotifyBuyer, Restock, ClaimFreightInsurance |
    | ..RETURNED | AcceptGoods | Merchant | Pays, AdvancedMore | Recovering       | NotifyBuyer, Restock, ClaimFreightInsurance, RecoverFromBuyer |
    | ..RETURNED | AcceptGoods | Merchant | Pays               | Refunding        | NotifyBuyer, Restock, ClaimFreightInsurance |

    // Or refuses them, or proposes a deduction, a repair fee or another kind, or takes more time.
    | Returning, Inspecting | RefuseGoods | Merchant | GoodsRefusalAllowed, ReasonGiven, EvidenceGiven | GoodsRefused | NotifyBuyer |
    | Returning, Inspecting | Extend      | Merchant | ReasonGiven, ExtensionLeft                      | =            | NotifyBuyer |

    | Inspecting, GoodsRefused | Propose | Merchant | Returns, KindFits, AmountNotRaised, AmountAboveZero, ReasonPerUnit, WithinFeeCap, RoundsLeft | Proposed | NotifyBuyer |

    // Or is silent: what has come is inspected, and what has not is looked into if the policy says so.
    | Returning | Expire | Clock | Past(MerchantReceipt), SomeReceived                         | Inspecting  | NotifyBuyer, NotifyMerchant |
    | Returning | Expire | Clock | Past(MerchantReceipt), ReceiptSilenceEscalates, ReviewsLeft | UnderReview | NotifyBuyer, NotifyMerchant, NotifyPlatform |
    // Goods that nobody refused count as accepted.
    | Returning  | Expire | Clock | Past(MerchantReceipt), Sends        | AwaitingDispatch | CountAsConsent, NotifyBuyer, NotifyMerchant, ClaimFreightInsurance |
    | Returning | Expire | Clock | Past(MerchantReceipt), AdvancedMore | Recovering | CountAsConsent, NotifyBuyer, NotifyMerchant, ClaimFreightInsurance, RecoverFromBuyer |
    | Returning  | Expire | Clock | Past(MerchantReceipt)               | Refunding        | CountAsConsent, NotifyBuyer, NotifyMerchant, ClaimFreightInsurance |
    | Inspecting | Expire | Clock | Past(Inspection), FeeDue            | AwaitingPayment  | CountAsConsent, NotifyBuyer, NotifyMerchant, CollectFee |
    | Inspecting | Expire | Clock | Past(Inspection), Sends             | AwaitingDispatch | CountAsConsent, NotifyBuyer, NotifyMerchant, Restock, ClaimFreightInsurance |
    | Inspecting | Expire | Clock | Past(Inspection), AdvancedMore | Recovering | CountAsConsent, NotifyBuyer, NotifyMerchant, Restock, ClaimFreightInsurance, RecoverFromBuyer |
    | Inspecting | Expire | Clock | Past(Inspection)                    | Refunding        | CountAsConsent, NotifyBuyer, NotifyMerchant, Restock, ClaimFreightInsurance |

    // The goods were refused. The buyer asks for less, or takes them back, by word or by silence. Money that was advanced
    // comes back first.
    | GoodsRefused | Modify   | Buyer | KindKept, UnitsKept, AmountNotRaised, AmountAboveZero, WithinFeeCap, ModifiesLeft | Inspecting | NotifyMerchant |
    | GoodsRefused | TakeBack | Buyer | Advanced                                | Recovering       | NotifyMerchant, RecoverFromBuyer |
    | GoodsRefused | TakeBack | Buyer |                                         | AwaitingSendBack | NotifyMerchant |
    | GoodsRefused | Expire   | Clock | Past(BuyerAnswer), Advanced             | Recovering       | NotifyBuyer, NotifyMerchant, RecoverFromBuyer |
    | GoodsRefused | Expire   | Clock | Past(BuyerAnswer)                       | AwaitingSendBack | NotifyBuyer, NotifyMerchant |

    // The merchant sends them back, or keeps them and pays: nobody keeps both the goods and the money.
    | AwaitingSendBack | Dispatch    | Merchant | WaybillGiven               | SendingBack | NotifyBuyer |
    | AwaitingSendBack | AcceptGoods | Merchant |                            | Refunding   | NotifyBuyer, Restock, ClaimFreightInsurance |
    | AwaitingSendBack | Extend      | Merchant | ReasonGiven, ExtensionLeft | =           | NotifyBuyer |
    | AwaitingSendBack | Expire      | Clock    | Past(SendBack)             | Refunding   | CountAsConsent, NotifyBuyer, NotifyMerchant |

    // On their way back to the buyer.
    | SendingBack | ConfirmReceipt | Buyer, Carrier |                     | Dismissed        | NotifyBuyer, NotifyMerchant |
    | SendingBack | Lose           | Carrier        | ReviewsLeft         | UnderReview      | NotifyBuyer, NotifyMerchant, NotifyPlatform |
    | SendingBack | Lose           | Carrier        |                     | Refunding        | NotifyBuyer, NotifyMerchant |
    | SendingBack | Bounce         | Carrier        | RedispatchesLeft    | AwaitingSendBack | NotifyBuyer, NotifyMerchant |
    | SendingBack | Bounce         | Carrier        | ReviewsLeft         | UnderReview      | NotifyBuyer, NotifyMerchant, NotifyPlatform |
    | SendingBack | Bounce         | Carrier        |                     | Dismissed        | NotifyBuyer, NotifyMerchant, Alert |
    | SendingBack | Expire         | Clock          | Past(ParcelReceipt) | Dismissed        | NotifyBuyer, NotifyMerchant |

    // A replacement, a part or the repaired goods are sent. What cannot be sent is paid.
    | AwaitingDispatch | Dispatch        | Merchant           | WaybillGiven               | Dispatched | NotifyBuyer |
    | AwaitingDispatch | ConvertToRefund | Merchant, Platform | ReasonGiven                | Refunding  | NotifyBuyer, NotifyMerchant |
    | AwaitingDispatch | Extend          | Merchant           | ReasonGiven, ExtensionLeft | =          | NotifyBuyer |
    | AwaitingDispatch | Withdraw        | Buyer              | Keeps                      | Withdrawn  | NotifyMerchant |
    | AwaitingDispatch | Expire          | Clock              | Past(Dispatch)             | Refunding  | NotifyBuyer, NotifyMerchant |

    // It arrives, by the buyer's word or by silence; a cheaper replacement leaves a difference to be refunded.
    | Dispatched | ConfirmReceipt | Buyer   | DifferenceOwed                      | Refunding        | NotifyMerchant |
    | Dispatched | ConfirmReceipt | Buyer   |                                     | Completed        | NotifyMerchant, CreditBalance |
    | Dispatched | Extend         | Buyer   | ReasonGiven, ExtensionLeft          | =                | NotifyMerchant |
    | Dispatched | Lose           | Carrier | RedispatchesLeft                    | AwaitingDispatch | NotifyBuyer, NotifyMerchant |
    | Dispatched | Lose           | Carrier |                                     | Refunding        | NotifyBuyer, NotifyMerchant |
    | Dispatched | Bounce         | Carrier | RedispatchesLeft                    | AwaitingDispatch | NotifyBuyer, NotifyMerchant |
    | Dispatched | Bounce         | Carrier | ReviewsLeft                         | UnderReview      | NotifyBuyer, NotifyMerchant, NotifyPlatform |
    | Dispatched | Bounce         | Carrier |                                     | Refunding        | NotifyBuyer, NotifyMerchant |
    | Dispatched | Expire         | Clock   | Past(ParcelReceipt), DifferenceOwed | Refunding        | NotifyBuyer, NotifyMerchant |
    | Dispatched | Expire         | Clock   | Past(ParcelReceipt)                 | Completed        | NotifyBuyer, NotifyMerchant, CreditBalance |

    // Somebody brings the platform in, once a side on each point.
    | Requested          | Escalate as by_buyer    | Buyer    | DirectEscalation, ReviewsLeft | UnderReview | NotifyMerchant, NotifyPlatform |
    | ..BUYER_UNHAPPY    | Escalate as by_buyer    | Buyer    | ReviewsLeft                   | UnderReview | NotifyMerchant, NotifyPlatform |
    | ..MERCHANT_UNHAPPY | Escalate as by_merchant | Merchant | ReviewsLeft                   | UnderReview | NotifyBuyer, NotifyPlatform |
    | ..REVIEWABLE       | Escalate as by_staff    | Platform | ReasonGiven, ReviewsLeft      | UnderReview | NotifyBuyer, NotifyMerchant |

    // Both sides give evidence; within a review only for a while.
    | ..ARGUED    | SubmitEvidence | Buyer, Merchant | EvidenceLeft                     | = | |
    | UnderReview | SubmitEvidence | Buyer, Merchant | WithinEvidenceTime, EvidenceLeft | = | |

    // Parcels do not wait for a ruling.
    | UnderReview | Receive | Merchant, Carrier | UnitsReturning | = | NotifyBuyer, NotifyMerchant, NotifyPlatform |
    | UnderReview | Lose    | Carrier           | UnitsUnderway  | = | NotifyBuyer, NotifyMerchant, NotifyPlatform |
    | UnderReview | Bounce  | Carrier           | UnitsUnderway  | = | NotifyBuyer, NotifyMerchant, NotifyPlatform |

    // The platform rules for the buyer: nobody's consent is asked again. What was advanced is not left beside goods that are sent.
    | UnderReview | RuleForBuyer as waived | Platform | ..RULING, ReturnWaived, AdvancedMore | Recovering | NotifyBuyer, NotifyMerchant, Restock, RecoverFromBuyer      |
    | UnderReview | RuleForBuyer as waived | Platform | ..RULING, ReturnWaived               | Refunding  | NotifyBuyer, NotifyMerchant, Restock, ClaimFreightInsurance |

    | UnderReview | RuleForBuyer | Platform | ..RULING, FeeDue | AwaitingPayment  | NotifyBuyer, NotifyMerchant, CollectFee                                       |
    | UnderReview | RuleForBuyer | Platform | ..RULING, Returns, GoodsWithBuyer | AwaitingReturn   | NotifyBuyer, NotifyMerchant, BookPickup                                       |
    | UnderReview | RuleForBuyer | Platform | ..RULING, Sends | AwaitingDispatch | NotifyBuyer, NotifyMerchant, Restock, ClaimFreightInsurance                   |
    | UnderReview | RuleForBuyer | Platform | ..RULING, AdvancedMore | Recovering       | NotifyBuyer, NotifyMerchant, Restock, ClaimFreightInsurance, RecoverFromBuyer |
    | UnderReview | RuleForBuyer | Platform | ..RULING | Refunding        | NotifyBuyer, NotifyMerchant, Restock, ClaimFreightInsurance                   |

    // Or gives each a part.
    | UnderReview | RuleSplit | Platform | WithinCase, AdvancedMore | Recovering | NotifyBuyer, NotifyMerchant, Restock, RecoverFromBuyer |
    | UnderReview | RuleSplit | Platform | WithinCase               | Refunding  | NotifyBuyer, NotifyMerchant, Restock |

    // Or rules for the merchant: things go on as they stood, and what was advanced comes back.
    | UnderReview | RuleForMerchant | Platform | Advanced        | Recovering       | NotifyBuyer, NotifyMerchant, RecoverFromBuyer |
    | UnderReview | RuleForMerchant | Platform | GoodsGoingBack  | SendingBack      | NotifyBuyer, NotifyMerchant |
    | UnderReview | RuleForMerchant | Platform | ReplacementSent | Dispatched       | NotifyBuyer, NotifyMerchant |
    | UnderReview | RuleForMerchant | Platform | GoodsAtMerchant | AwaitingSendBack | NotifyBuyer, NotifyMerchant |
    | UnderReview | RuleForMerchant | Platform |                 | Dismissed        | NotifyBuyer, NotifyMerchant, ReleaseShipment |

    // Or is silent. What is on its way to the buyer goes on, and money that was paid beside it comes back first.
    | UnderReview | Expire as going_back | Clock | Past(Ruling), GoodsGoingBack, Advanced  | Recovering | NotifyBuyer, NotifyMerchant, RecoverFromBuyer |
    | UnderReview | Expire as sent       | Clock | Past(Ruling), Sends, Advanced           | Recovering | NotifyBuyer, NotifyMerchant, RecoverFromBuyer |
    | UnderReview | Expire | Clock | Past(Ruling), GoodsGoingBack  | SendingBack | NotifyBuyer, NotifyMerchant |
    | UnderReview | Expire | Clock | Past(Ruling), ReplacementSent | Dispatched  | NotifyBuyer, NotifyMerchant |

    // Otherwise silence is for the merchant, if the policy says so.
    | UnderReview | Expire as dismissed | Clock | Past(Ruling), RulingSilenceDismisses, Advanced | Recovering | NotifyBuyer, NotifyMerchant, RecoverFromBuyer |
    | UnderReview | Expire              | Clock | Past(Ruling), RulingSilenceDismisses, GoodsAtMerchant | AwaitingSendBack | NotifyBuyer, NotifyMerchant |
    | UnderReview | Expire | Clock | Past(Ruling), RulingSilenceDismisses | Dismissed | NotifyBuyer, NotifyMerchant, ReleaseShipment |

    // Or else for the buyer.
    | UnderReview | Expire | Clock | Past(Ruling), FeeDue                  | AwaitingPayment  | CountAsConsent, NotifyBuyer, NotifyMerchant, CollectFee |
    | UnderReview | Expire | Clock | Past(Ruling), Returns, GoodsWithBuyer | AwaitingReturn   | CountAsConsent, NotifyBuyer, NotifyMerchant, BookPickup |
    | UnderReview | Expire | Clock | Past(Ruling), Sends                   | AwaitingDispatch | CountAsConsent, NotifyBuyer, NotifyMerchant, Restock, ClaimFreightInsurance |
    | UnderReview | Expire | Clock | Past(Ruling), AdvancedMore | Recovering | CountAsConsent, NotifyBuyer, NotifyMerchant, Restock, ClaimFreightInsurance, RecoverFromBuyer |
    | UnderReview | Expire | Clock | Past(Ruling)                          | Refunding        | CountAsConsent, NotifyBuyer, NotifyMerchant, Restock, ClaimFreightInsurance |

    // The buyer gives up meanwhile, or only calls off the review that the buyer started.
    | UnderReview | Withdraw | Buyer | Advanced                        | Recovering       | NotifyMerchant, NotifyPlatform, RecoverFromBuyer |
    | UnderReview | Withdraw | Buyer | GoodsGoingBack                  | SendingBack      | NotifyMerchant, NotifyPlatform |
    | UnderReview | Withdraw | Buyer | ReplacementSent, DifferenceOwed | Refunding        | NotifyMerchant, NotifyPlatform |
    | UnderReview | Withdraw | Buyer | ReplacementSent                 | Completed        | NotifyMerchant, NotifyPlatform, CreditBalance |
    | UnderReview | Withdraw | Buyer | GoodsAtMerchant                 | AwaitingSendBack | NotifyMerchant, NotifyPlatform |
    | UnderReview | Withdraw | Buyer |                                 | Withdrawn        | NotifyMerchant, NotifyPlatform, ReleaseShipment |

    | UnderReview | CallOff | Buyer | EscalatedByBuyer, WasUnanswered    | Requested      | NotifyMerchant, NotifyPlatform |
    | UnderReview | CallOff | Buyer | EscalatedByBuyer, WasRefused       | Refused        | NotifyMerchant, NotifyPlatform |
    | UnderReview | CallOff | Buyer | EscalatedByBuyer, ReturnWasAgreed, GoodsWithBuyer | AwaitingReturn | NotifyMerchant, NotifyPlatform |
    | UnderReview | CallOff | Buyer | EscalatedByBuyer, GoodsWereRefused | GoodsRefused   | NotifyMerchant, NotifyPlatform |
    | UnderReview | CallOff | Buyer | EscalatedByBuyer, GoodsGoingBack, NotAdvanced  | SendingBack | NotifyMerchant, NotifyPlatform |
    | UnderReview | CallOff | Buyer | EscalatedByBuyer, ReplacementSent, NotAdvanced | Dispatched  | NotifyMerchant, NotifyPlatform |

    // The refund orders tell what became of the money.
    | Refunding | Settle | Trade | AllRefundsPaid | Completed | NotifyBuyer, RestorePoints, ClawBackPoints, RestoreCoupon, ReleaseStock, ReleaseShipment, CreditBalance, ChargeMerchant |
    | Refunding | Stall  | Trade | RefundRejected, RejectionsLeft | UnderReview | NotifyBuyer, NotifyMerchant, NotifyPlatform |
    | Refunding | Park   | Trade | RefundUnresolved               | Unresolved  | Alert |

    // What could not be found out is found out after all, or the bank takes a refund back.
    | Unresolved | Settle | Trade | AllRefundsPaid | Completed ! | NotifyBuyer, RestorePoints, ClawBackPoints, RestoreCoupon, ReleaseStock, ReleaseShipment, CreditBalance, ChargeMerchant |
    | Unresolved | Resume   | Trade | RefundWaits, ReconcilesLeft | Refunding ! | |
    | Completed  | Unsettle | Trade | RevivalsLeft  | Refunding ! | Alert |

    // More went out than is granted. The buyer repays, or disputes it, or it is written off; then the goods go their way.
    | Recovering | Repay | Gateway | RepaidInFull, PartlyGranted   | Refunding        | NotifyBuyer, NotifyMerchant |
    | Recovering | Repay | Gateway | RepaidInFull, GoodsAtMerchant | AwaitingSendBack | NotifyBuyer, NotifyMerchant |
    | Recovering | Repay | Gateway | RepaidInFull                  | Dismissed        | NotifyBuyer, NotifyMerchant, ReleaseShipment |
    | Recovering | Repay | Gateway | RepaymentsLeft                | =                | |

    | Recovering | WriteOff | Platform | Advanced, AdvanceArrived, PartlyGranted, ReasonGiven | Refunding | NotifyBuyer, NotifyMerchant |
    | Recovering | WriteOff | Platform | Advanced, AdvanceArrived, ReasonGiven         | Dismissed        | NotifyBuyer, NotifyMerchant, ReleaseShipment |
    | Recovering | Expire   | Clock    | Past(Repayment), PartlyGranted                | Refunding        | WriteOff, NotifyBuyer, NotifyMerchant, Alert |
    | Recovering | Expire   | Clock    | Past(Repayment), NotAdvanced, GoodsAtMerchant | AwaitingSendBack | NotifyBuyer, NotifyMerchant |
    | Recovering | Expire | Clock | Past(Repayment) | Dismissed | WriteOff, NotifyBuyer, NotifyMerchant, ReleaseShipment, Alert |

    // What was written off never came, or the bank took it back: nobody has lost anything, and the goods go back after all.
    | Dismissed | Unsettle as never_paid | Trade | NotAdvanced, GoodsAtMerchant, UnitsFree, RevivalsLeft | AwaitingSendBack ! | NotifyBuyer, NotifyMerchant |

    // A refund that had been called off is paid all the same, or less is granted than was advanced. Beside goods that are sent,
    // or are the buyer's again, or beside what is paid anew, that money comes back first.
    | ..SERVED       | Overpay | Trade | Sends, AdvancedMore, OverpaysLeft          | Recovering   | NotifyBuyer, NotifyMerchant, RecoverFromBuyer |
    | UnderReview    | Overpay as going_back | Trade | GoodsGoingBack, AdvancedMore, OverpaysLeft | Recovering   | NotifyBuyer, NotifyMerchant, RecoverFromBuyer |
    | ..HANDED_BACK  | Overpay | Trade | AdvancedMore, OverpaysLeft                 | Recovering   | NotifyBuyer, NotifyMerchant, RecoverFromBuyer |
    | ..GIVEN_UP     | Overpay | Trade | AdvancedMore, OverpaysLeft                 | Recovering ! | NotifyBuyer, NotifyMerchant, RecoverFromBuyer |
    | Refunding      | Overpay | Trade | AdvancedMore, OverpaysLeft                 | Recovering   | NotifyBuyer, NotifyMerchant, RecoverFromBuyer |
    | Completed      | Overpay | Trade | AdvancedMore, OverpaysLeft                 | Recovering ! | NotifyBuyer, NotifyMerchant, RecoverFromBuyer |

    // It is over. Staff may open it again, once, and the buyer may say how it went.
    | Withdrawn, Lapsed, Dismissed | Reopen | Platform | ..REOPEN, AppealsLeft | UnderReview ! | NotifyBuyer, NotifyMerchant, HoldShipment |

    | Completed, Withdrawn, Lapsed, Dismissed | Rate | Buyer | WithinRating, RatingLeft | = | |

    // Anybody of the trade may write something down; nothing moves.
    | ..EVER | Note | Buyer, Merchant, Platform | NotesLeft | = | |
}
