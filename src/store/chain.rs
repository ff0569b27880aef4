//! The hash chain of a trade's events: whoever changes, drops, swaps or borrows one breaks it.
//!
//! ```text
//! mark n  = SHA-256(tenant ‖ 1F ‖ order ‖ 1F ‖ n in decimal ‖ 1F ‖ body of event n)
//! chain n = SHA-256(chain n-1 ‖ mark n)          chain 0 = 32 zero bytes
//! ```
//!
//! Stored beside each event, and the last one beside the trade, so that cutting off the end is seen. It depends on the
//! stored bytes alone, never on the store: what one store wrote verifies in another. It is no signature: whoever can
//! write the whole file can make a new chain; keep the last link elsewhere to rule that out.

use std::format;

use sha2::{Digest, Sha256};

use crate::trade::TradeKey;

/// What one event adds to the chain. Made from the row alone, so beside the writer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark([u8; 32]);

impl Mark {
    /// Of the event with this number, by the bytes of its body as they are stored.
    pub(super) fn of(trade: TradeKey, seq: u64, body: &[u8]) -> Self {
        // Neither ids nor numbers hold a unit separator, so no two rows have the same text before the hash.
        let place = format!("{}\x1f{}\x1f{seq}\x1f", trade.tenant.as_str(), trade.order.as_str());
        Self(Sha256::new().chain_update(place).chain_update(body).finalize().into())
    }

    /// As a store that links the chain by itself is given it.
    #[cfg(feature = "postgres")]
    pub(super) const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The chain up to and including one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link([u8; 32]);

impl Link {
    /// Before the first event.
    pub(super) const START: Self = Self([0; 32]);

    /// With one more event.
    pub(super) fn next(self, mark: Mark) -> Self {
        Self(Sha256::new().chain_update(self.0).chain_update(mark.0).finalize().into())
    }

    /// As it is stored.
    #[cfg(any(feature = "sqlite", test))]
    pub(super) const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// As it was stored, if it is one.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use std::format;
    use std::string::String;

    use super::{Link, Mark};
    use crate::Id;
    use crate::trade::TradeKey;

    fn hex(link: Link) -> String {
        link.bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Made with `sha256sum`, not with this code:
    /// `(head -c 32 /dev/zero; printf 'acme-mall\x1fA-1\x1f1\x1f{"seq":1}' | sha256sum | cut -c1-64 | xxd -r -p) | sha256sum`
    #[test]
    fn the_chain_is_the_one_that_other_tools_compute() {
        let trade = TradeKey { tenant: Id::from("acme-mall"), order: Id::from("A-1") };
        let first = Link::START.next(Mark::of(trade, 1, br#"{"seq":1}"#));
        let second = first.next(Mark::of(trade, 2, br#"{"seq":2}"#));
        assert_eq!(hex(first), "4f3c473be0a768409956c48e58868e68a1aae7d32e030b6500b56c9225c44583");
        assert_eq!(hex(second), "e9550832042fbc7836346b7d13c63b4c7dc32dad29790991cb8879b4641ae2e8");
    }

    #[test]
    fn every_part_of_a_row_counts() {
        let trade = TradeKey { tenant: Id::from("acme-mall"), order: Id::from("A-1") };
        let (other, moved) =
            (TradeKey { tenant: Id::from("b"), ..trade }, TradeKey { order: Id::from("A-2"), ..trade });
        let links = [
            Link::START.next(Mark::of(trade, 1, b"{}")),
            Link::START.next(Mark::of(other, 1, b"{}")),
            Link::START.next(Mark::of(moved, 1, b"{}")),
            Link::START.next(Mark::of(trade, 2, b"{}")),
            Link::START.next(Mark::of(trade, 1, b"[]")),
            Link::START.next(Mark::of(trade, 1, b"{}")).next(Mark::of(trade, 1, b"{}")),
        ];
        for (at, link) in links.iter().enumerate() {
            assert!(links.iter().skip(at + 1).all(|later| later != link));
        }
        assert_eq!(Link::read(Link::START.bytes()), Some(Link::START));
        assert_eq!(Link::read(&[0; 31]), None);
    }
}
