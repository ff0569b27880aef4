//! The two ledgers: where every unit is, and where all money is. Nothing else touches a count of units or an amount.

mod goods;
mod money;

pub use goods::{Goods, Place, Units};
pub(crate) use money::Column;
pub use money::{Balance, Bucket, Ledger, Part, Payment, Pot, Purpose, Share, Split};
