//! Bodies of stored rows: JSON, with the number of the form in which they were written.

use std::string::String;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;

use crate::port::{Damage, StoreError};
use crate::trade::TradeKey;

/// Leads a body of one form to the next; `None` if it is none of that form.
type Upcast = fn(Value) -> Option<Value>;

/// What leads from each form to the next, the first from form 1. Written with the change that `serde`'s defaults cannot
/// bridge; never changed once released.
#[cfg(not(test))]
const UPCASTS: &[Upcast] = &[];
/// In the crate's own tests this release has one form more than any that was released, so that all golden rows are of
/// older forms.
#[cfg(test)]
const UPCASTS: &[Upcast] = &[Some];

/// The form in which bodies are written.
pub(super) const FORM: i64 = 1 + UPCASTS.len() as i64;

/// The body of a row of this trade.
pub(super) fn encode<T: Serialize>(trade: TradeKey, value: &T) -> Result<String, StoreError> {
    // Nothing but a malformed id has no JSON.
    serde_json::to_string(value).map_err(|_| StoreError::Unfit { trade, what: "it holds a malformed id" })
}

/// What a body says. The error tells where reading stopped, never what stands there.
pub(super) fn decode<T: DeserializeOwned>(form: i64, body: &[u8]) -> Result<T, Damage> {
    decode_with(UPCASTS, form, body)
}

fn decode_with<T: DeserializeOwned>(upcasts: &[Upcast], form: i64, body: &[u8]) -> Result<T, Damage> {
    let done = form.checked_sub(1).and_then(|done| usize::try_from(done).ok()).ok_or(Damage::Column("form"))?;
    let known = i64::try_from(upcasts.len()).unwrap_or_default().saturating_add(1);
    let missing = upcasts.get(done..).ok_or(Damage::Future { found: form, known })?;
    if missing.is_empty() {
        return serde_json::from_slice(body).map_err(|error| damage(&error));
    }
    let old: Value = serde_json::from_slice(body).map_err(|error| damage(&error))?;
    let newest = missing.iter().try_fold(old, |body, upcast| upcast(body)).ok_or(Damage::Unknown(0))?;
    serde_json::from_value(newest).map_err(|error| damage(&error))
}

fn damage(error: &serde_json::Error) -> Damage {
    match error.classify() {
        Category::Syntax | Category::Eof | Category::Io => Damage::Garbled(error.column()),
        Category::Data => Damage::Unknown(error.column()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

    use serde_json::json;

    use super::*;

    /// Form 1 had a price, form 2 an amount, form 3 an amount with its currency.
    const STEPS: &[Upcast] = &[
        |mut body| {
            let price = body.as_object_mut()?.remove("price")?;
            body["amount"] = price;
            Some(body)
        },
        |mut body| {
            let amount = body.get("amount")?.as_u64()?;
            body["amount"] = json!([amount, "CNY"]);
            Some(body)
        },
    ];

    #[derive(serde::Deserialize, Debug, PartialEq)]
    struct Newest {
        amount: (u64, String),
    }

    #[test]
    fn a_body_is_led_up_from_each_older_form() {
        let newest = Ok(Newest { amount: (100, "CNY".into()) });
        assert_eq!(decode_with(STEPS, 1, br#"{"price":100}"#), newest);
        assert_eq!(decode_with(STEPS, 2, br#"{"amount":100}"#), newest);
        assert_eq!(decode_with(STEPS, 3, br#"{"amount":[100,"CNY"]}"#), newest);
    }

    #[test]
    fn a_body_that_cannot_be_led_up_is_named() {
        let read = |form, body: &str| decode_with::<Newest>(STEPS, form, body.as_bytes()).unwrap_err();
        assert_eq!(read(1, r#"{"amount":100}"#), Damage::Unknown(0));
        assert_eq!(read(2, r#"{"amount":"#), Damage::Garbled(10));
        assert_eq!(read(4, r#"{"amount":[100,"CNY"]}"#), Damage::Future { found: 4, known: 3 });
        for form in [0, -1, i64::MIN] {
            assert_eq!(read(form, "{}"), Damage::Column("form"));
        }
        assert_eq!(read(i64::MAX, "{}"), Damage::Future { found: i64::MAX, known: 3 });
    }
}
