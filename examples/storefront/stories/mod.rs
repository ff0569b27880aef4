//! The ten stories. Each is a list of requests, with the refusals met on the way and the ending to the cent.

mod around;
mod exchange;
mod money;
mod returns;

use crate::script::Story;
use crate::world::Any;

/// All of them, those with branches once for each branch.
pub fn all() -> Result<Vec<Story>, Any> {
    Ok(vec![
        returns::torn_shirt(),
        returns::silence_is_consent(),
        returns::trusted_buyer(),
        returns::stones_in_the_box(),
        returns::stones_paid_back(),
        returns::ruled_for_the_buyer(),
        returns::ruled_for_the_merchant(),
        returns::split(),
        exchange::with_stock(),
        exchange::out_of_stock(),
        exchange::repair_with_a_quote(),
        exchange::reship_of_a_part(),
        money::gateway_fails(),
        around::outside_the_window(),
        money::to_the_cent(),
        money::none_left(),
        around::after_success(),
        around::after_the_settlement()?,
    ])
}
