//! The worlds that come with the crate.

use alloc::vec::Vec;

use super::{Knobs, Numbers, START, World, buyer, key, order, people};
use crate::testing::{Preset, Setting};
use crate::{Kind, NewLine, Reason};

pub(super) fn worlds() -> Vec<World> {
    Vec::from([first()])
}

pub(super) fn tiny() -> Vec<World> {
    Vec::from([first()])
}

pub(super) fn large() -> Vec<World> {
    worlds()
}

fn first() -> World {
    World {
        name: "first",
        about: "one shirt, one application",
        setting: Setting {
            preset: Preset::CnMarketplace,
            changes: Numbers::smallest().fits(Kind::RefundOnly, &[Reason::NoReason]).changes(),
            key: key(),
            at: START,
            by: buyer(),
            order: order(Vec::from([NewLine::new("shirt", 1, 1_000)])),
        },
        opening: Vec::new(),
        people: people(),
        knobs: Knobs { payments: 1, ..Knobs::default() },
    }
}
