//! What histories have come to, in numbers: to show that they tell of everything.

use core::fmt;

macro_rules! figures {
    ($($(#[$doc:meta])* $name:ident: $label:literal,)*) => {
        /// What histories have come to, in numbers.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Figures { $($(#[$doc])* pub $name: u64,)* }

        impl Figures {
            /// Adds those of other histories.
            pub const fn add(&mut self, other: &Self) {
                $(self.$name = self.$name.saturating_add(other.$name);)*
            }
        }

        impl fmt::Display for Figures {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                $(writeln!(f, "{:>12} {}", self.$name, $label)?;)*
                Ok(())
            }
        }
    };
}

figures! {
    /// How many histories.
    histories: "histories",
    /// How many calls of the store and of the channel.
    calls: "calls of the store and the channel",
    /// How many commits were stored.
    commits: "commits stored",
    /// How many commits came too late, on an old version.
    conflicts: "commits that somebody else had overtaken",
    /// How many requests were answered a second time.
    replays: "requests that had been answered before",
    /// How many calls of the store were lost, late, doubled or not heard of.
    faults: "calls of the store lost, late, doubled or unheard",
    /// How many processes died.
    crashes: "processes that died",
    /// How often somebody was held up.
    pauses: "times somebody was held up",
    /// How many deadlines fired.
    deadlines: "commits by time alone",
    /// How many tasks were carried out.
    tasks: "tasks carried out",
    /// How often a refund was handed over to a channel.
    sent: "refunds handed over to the channel",
    /// How often a refund was not handed over since its deadline had passed.
    too_late: "refunds kept back, their deadline had passed",
    /// How often a channel was asked.
    asked: "questions to the channel",
    /// How many call-backs came, repetitions included.
    call_backs: "call-backs, repetitions included",
    /// How many refunds were really paid.
    payouts: "refunds really paid by the channel",
    /// How often a channel received a key that it had known and forgotten.
    forgotten: "requests with a key that the channel had forgotten",
    /// How many people were told that it is done.
    acknowledged: "requests acknowledged",
    /// How many people were refused.
    refused: "requests refused",
    /// How many refunds ended without anybody knowing what became of them.
    unresolved: "refunds whose outcome nobody can tell",
    /// How many violations were found.
    violations: "violations",
}
