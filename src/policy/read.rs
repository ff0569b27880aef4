//! Reading maps over words: what a stored policy does not name has the value of `cn_marketplace`.

use serde::Deserializer;

use super::cn;
use super::{ChannelTerms, Silence, Window};
use crate::{Bearer, Counter, Each, Kind, Length, Limit, Reason, Set, Span, Tender, Transport};

macro_rules! over_preset {
    ($($name:ident: $Word:ident => $Value:ty = $base:expr;)+) => { $(
        pub(super) fn $name<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Each<$Word, $Value, { $Word::COUNT }>, D::Error> {
            Each::new($base).read_over(deserializer)
        }
    )+ };
}

over_preset! {
    limits: Limit => Span = cn::limit;
    receipts: Transport => Option<Span> = cn::receipt;
    dispatches: Kind => Option<Span> = cn::dispatch;
    extensions: Limit => Option<Length> = cn::extension;
    reminders: Limit => Option<Length> = cn::reminder;
    counters: Counter => u32 = cn::counter;
    silences: Kind => Silence = cn::silence;
    channels: Tender => Option<ChannelTerms> = cn::channel;
    by_reason: Reason => Window = cn::window;
    by_kind: Kind => Option<Window> = cn::kind_window;
    fits: Kind => Set<Reason> = cn::fits;
    payers: Reason => Bearer = cn::payer;
}
