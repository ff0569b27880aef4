//! Who may do what to a refund order.

use super::{Action, Condition, Refund, State};
use crate::{Effect, Limit, rules};

rules! {
    /// Who may do what to a refund order.
    ///
    /// A key that may have paid is asked for, never replaced: money goes out once for each opening. What the gateway
    /// reports is taken in every state that it can meet; what no row takes is stored with an alert and moves nothing.
    pub static RULES: Refund [State, Action, Condition, Effect, Limit];
    start Absent;
    wait AwaitingApproval: Finance, Held: Gateway, Submitted: Gateway, Failed: Clock, Abnormal: Finance, Offline: Buyer;
    led ;
    rest Paid, Cancelled, Unresolved;
    states AT_HOME = AwaitingApproval, Held, Failed, Abnormal;
    states BACK_FROM_CHANNEL = Held, Failed, Abnormal, Offline;
    states EVER_SENT = Held, Submitted, Failed, Abnormal, Offline, Paid, Cancelled, Unresolved;

    // from | action | by | when | to | then

    // A case or an order opens it. Nothing to pay is paid at once, and still closes its units.
    | Absent | Open | Trade | WithinBalance, NothingToPay    | Paid             |               |
    | Absent | Open | Trade | WithinBalance, NeedsApproval   | AwaitingApproval | NotifyFinance |
    | Absent | Open | Trade | WithinBalance, PaymentDisputed | Held             | NotifyFinance |
    | Absent | Open | Trade | WithinBalance, ChannelClosed   | Abnormal         | NotifyFinance |
    | Absent | Open | Trade | WithinBalance                  | Submitted        | PayOut        |

    // A large one waits for a second person. Finance may send back what the merchant granted, once a case; silence pays
    // or sends it back, as the policy says.
    | AwaitingApproval | Approve | Finance | AnotherPerson, PaymentDisputed                                      | Held      |                       |
    | AwaitingApproval | Approve | Finance | AnotherPerson, ChannelClosed                                        | Abnormal  | NotifyFinance         |
    | AwaitingApproval | Approve | Finance | AnotherPerson                                                       | Submitted | PayOut                |
    | AwaitingApproval | Reject  | Finance | AnotherPerson, ReasonGiven, Contestable, RejectionsLeft             | Cancelled | NotifyMerchant        |
    | AwaitingApproval | Expire  | Clock   | Past(Approval), Contestable, ApprovalSilenceRejects, RejectionsLeft | Cancelled | NotifyMerchant        |
    | AwaitingApproval | Expire  | Clock   | Past(Approval), PaymentDisputed                                     | Held      | NotifyFinance         |
    | AwaitingApproval | Expire  | Clock   | Past(Approval), ChannelClosed                                       | Abnormal  | NotifyFinance         |
    | AwaitingApproval | Expire  | Clock   | Past(Approval)                                                      | Submitted | PayOut, NotifyFinance |

    // What is no longer owed is called off, unless it is with the channel.
    | ..AT_HOME | Void | Trade |  | Cancelled |  |

    // A dispute holds it until the bank has decided. Either the bank has paid the buyer, or it is still owed and goes on.
    | ..AT_HOME  | Free                   | Trade | DisputeLost                | Paid       | NotifyBuyer   |
    | Unresolved | Free                   | Trade | DisputeLost                | Paid !     | NotifyBuyer   |
    | Held       | Free as channel_closed | Trade | NotDisputed, ChannelClosed | Abnormal   | NotifyFinance |
    | Held       | Free                   | Trade | NotDisputed, AttemptsLeft  | Submitted  | PayOut        |
    | Held       | Free                   | Trade | NotDisputed                | Abnormal   | NotifyFinance |
    | Held       | Expire                 | Clock | Past(Dispute)              | Unresolved | Alert         |

    // With the channel. Its answer counts for the key that was sent last; a success counts for any key, since it is money.
    // No answer is not a no: the channel is asked, and in the end the outcome is unknown. It is never paid on a guess.
    | Submitted | Succeed as earlier_key | Gateway | AmountMatches, EarlierKey     | Paid       | NotifyBuyer, Alert |
    | Submitted | Succeed                | Gateway | AmountMatches                 | Paid       | NotifyBuyer        |
    | Submitted | Fail                   | Gateway | CurrentKey                    | Failed     |                    |
    | Submitted | Close                  | Gateway | CurrentKey                    | Failed     |                    |
    | Submitted | GoAbnormal             | Gateway | CurrentKey                    | Abnormal   | NotifyFinance      |
    | Submitted | Pend                   | Gateway | CurrentKey, AsksLeft          | Submitted  |                    |
    | Submitted | Expire                 | Clock   | Past(GatewayAnswer), AsksLeft | Submitted  | QueryRefund        |
    | Submitted | Expire                 | Clock   | Past(GatewayAnswer)           | Unresolved | Alert              |

    // The channel said no, for now. It is tried again after a while, or at once by a person, until the attempts are used.
    | Failed | Retry                    | Merchant, Finance, Platform | NotDisputed, ChannelOpen, AttemptsLeft | Submitted | PayOut        |
    | Failed | GoAbnormal               | Gateway                     | CurrentKey                                        | Abnormal  | NotifyFinance |
    | Failed | Expire                   | Clock                       | Past(Backoff), PaymentDisputed                    | Held      | NotifyFinance |
    | Failed | Expire as channel_closed | Clock                       | Past(Backoff), ChannelClosed                      | Abnormal  | NotifyFinance |
    | Failed | Expire                   | Clock                       | Past(Backoff), AttemptsLeft                       | Submitted | PayOut        |
    | Failed | Expire                   | Clock                       | Past(Backoff)                                     | Abnormal  | NotifyFinance |

    // Definitely not paid, and not payable this way: another account, or by other means. Sending the money elsewhere takes
    // two people whoever granted it: one asks for an account, another one sends it to that account. Asking stops no clock.
    | Abnormal | Redirect   | Merchant, Finance, Platform | NotDisputed, AccountGiven, AccountNew, RedirectsLeft    | =         | NotifyFinance |
    | Abnormal | Redirect   | Merchant, Finance, Platform | NotDisputed, AccountGiven, AccountAsked, AnotherPerson  | Submitted | PayOut        |
    | Abnormal | PayOffline | Merchant, Finance, Platform | NotDisputed, VoucherGiven, OfflineLeft                  | Offline   | NotifyBuyer   |

    // Silence credits the buyer's balance: nothing was paid, so nothing is paid twice. Not against an open dispute.
    | Abnormal | Expire            | Clock | Past(Manual), PaymentDisputed | Unresolved | Alert                      |
    | Abnormal | Expire            | Clock | Past(Manual)                  | Paid       | CreditBalance, NotifyBuyer |

    // The buyer says whether the offline payment came. Silence says that it did.
    | Offline | Confirm | Buyer |                      | Paid     |               |
    | Offline | Deny    | Buyer |                      | Abnormal | NotifyFinance |
    | Offline | Expire  | Clock | Past(OfflineConfirm) | Paid     | NotifyBuyer   |

    // Late reports: a success is money in whatever state it comes; a closed key must not be sent again.
    | ..BACK_FROM_CHANNEL | Succeed | Gateway | AmountMatches | Paid | NotifyBuyer, Alert |
    | ..BACK_FROM_CHANNEL | Close   | Gateway | KeyOpen       | =    |                    |

    // The bank takes back what was paid, or the channel pays what was called off.
    | Paid      | Reverse                | Gateway | AmountMatches, PaidByChannel, PaidKey, NotRepaid, ReversalsLeft | Failed ! | Alert              |
    | Paid      | Reverse as loss_undone | Trade   | LossUndone, NotRepaid, DisputeMarksLeft                         | Failed ! | Alert              |
    | Cancelled | Succeed                | Gateway | AmountMatches, WithinBalance                                    | Paid !   | NotifyBuyer, Alert |

    // Only evidence moves an unknown outcome: the gateway's late answer, or what finance finds in the books.
    | Unresolved | Succeed    | Gateway | AmountMatches                              | Paid !     | NotifyBuyer   |
    | Unresolved | Fail       | Gateway | CurrentKey, ReconcilesLeft                 | Failed !   |               |
    | Unresolved | Close      | Gateway | CurrentKey, ReconcilesLeft                 | Failed !   |               |
    | Unresolved | GoAbnormal | Gateway | CurrentKey, ReconcilesLeft                 | Abnormal ! | NotifyFinance |
    | Unresolved | Reconcile  | Finance | EvidenceGiven, FoundUnpaid, ReconcilesLeft | Failed !   |               |
    | Unresolved | Reconcile  | Finance | EvidenceGiven, FoundPaid                   | Paid !     | NotifyBuyer   |

    // A second success moves nothing, nor does one of another amount: it is stored, and somebody looks.
    | ..EVER_SENT | Succeed | Gateway | ConflictsLeft | = | Alert |
}
