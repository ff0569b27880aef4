//! How long each state is waited in, at most.

use alloc::vec::Vec;

use super::super::Rulebook;
use super::{NEXT, Unbounded};
use crate::rule::{Machine, Standing, Table};
use crate::{Kind, Limit, Policy, Span, Transport};

/// How long each limit can run, the wait until time acts included.
pub(super) struct Waits {
    limits: Vec<i64>,
}

impl Waits {
    pub(super) fn of(book: &Rulebook<'_>) -> Result<Self, Unbounded> {
        let mut limits = Vec::with_capacity(Limit::COUNT);
        for &limit in Limit::ALL {
            let mut most = 0;
            for span in spans(book.policy, limit) {
                let longest = span.longest(book.calendar).ok_or(Unbounded::Limit { limit, length: span.length })?;
                most = most.max(longest);
            }
            limits.push(most + NEXT);
        }
        Ok(Self { limits })
    }

    /// How long a state is waited in, at most; `others` where it waits for no limit of its own.
    pub(super) fn wait<M: Machine<Limit = Limit>>(&self, table: &Table<M>, state: M::State, others: i64) -> i64 {
        match table.standing(state) {
            Standing::Waits(_) => {
                table.limit(state).and_then(|limit| self.limits.get(limit.ordinal()).copied()).unwrap_or(0)
            }
            Standing::Start => 0,
            Standing::Led | Standing::Rests => others,
        }
    }
}

/// Every span that a limit can have under a policy.
fn spans(policy: &Policy, limit: Limit) -> Vec<Span> {
    let law = policy.statutory.is_some();
    let of_kind = |&kind| [policy.case_limit(limit, kind, false), policy.case_limit(limit, kind, law)];
    let mut spans: Vec<Span> = Kind::ALL.iter().flat_map(of_kind).chain([policy.limit(limit)]).collect();
    if limit == Limit::AutoConfirm {
        spans.extend(Transport::ALL.iter().map(|&transport| policy.receipt(transport)));
    } else if limit == Limit::Backoff {
        spans.extend(policy.first_backoffs.iter().map(|&wait| Span::of(wait)));
    }
    spans
}
