//! Whether two requests with one key are the same request.

use alloc::vec::Vec;
use core::fmt;

use serde::ser::{self, Serialize, Serializer};
use serde::{Deserialize, Deserializer};

use super::work::Turn;
use super::{Asked, Detail, Request, Subject};
use crate::{Actor, Id};

/// The content of a request in 128 bits: who asks for what, with what, on which order.
///
/// The version seen is no part of it: whoever looks again and repeats the request with the same key means the same. It
/// is stable over releases: fields go in by name and words by their codes, and a field that says nothing (`None`, zero,
/// `false`, empty) goes in as if it were not there, so a field that is added later changes no stored fingerprint.
///
/// It guards against mistakes, not against forgery: a caller who makes two of its own requests collide is answered with
/// its own first receipt.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(u128);

impl Fingerprint {
    /// The fingerprint of a request on this order.
    #[must_use]
    pub fn of(order: Id, request: &Request) -> Self {
        let Request { actor, subject, asked, detail, seen: _, key: _ } = request;
        Self::of_intent(&Intent { order, actor, subject: *subject, asked: *asked, detail })
    }

    /// The fingerprint of what is asked in this turn.
    pub(crate) fn of_turn(order: Id, turn: &Turn<'_>) -> Self {
        Self::of_intent(&Intent {
            order,
            actor: &turn.actor,
            subject: turn.subject,
            asked: turn.asked,
            detail: turn.detail,
        })
    }

    fn of_intent(intent: &Intent<'_>) -> Self {
        Self(fold(intent))
    }
}

/// A value in 128 bits that no other value of its kind is likely to have.
pub(super) fn fold(value: &impl Serialize) -> u128 {
    let mut bytes = Vec::new();
    // Only a malformed id cannot be written, and nothing with one is ever stored.
    if value.serialize(Canon(&mut bytes)).is_err() {
        bytes.push(b'!');
    }
    fnv(&bytes)
}

#[derive(serde::Serialize)]
struct Intent<'a> {
    order: Id,
    actor: &'a Actor,
    subject: Subject,
    asked: Asked,
    detail: &'a Detail,
}

/// FNV-1a with 128 bits.
fn fnv(bytes: &[u8]) -> u128 {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    bytes.iter().fold(BASIS, |hash, &byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a text is not a fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint is 32 digits of `0` to `9` and `a` to `f`")]
#[non_exhaustive]
pub struct MalformedFingerprint;

impl core::str::FromStr for Fingerprint {
    type Err = MalformedFingerprint;

    fn from_str(text: &str) -> Result<Self, MalformedFingerprint> {
        let digits = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !digits {
            return Err(MalformedFingerprint);
        }
        u128::from_str_radix(text, 16).map(Self).map_err(|_| MalformedFingerprint)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = alloc::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Writes a value as bytes that no other value has, each part with its kind and length; returns whether it says
/// nothing.
struct Canon<'a>(&'a mut Vec<u8>);

/// Whether a value says nothing, so that a field with it may as well be absent.
type Blank = bool;

impl Canon<'_> {
    fn part(self, kind: u8, bytes: &[u8]) {
        self.0.push(kind);
        self.0.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        self.0.extend_from_slice(bytes);
    }

    fn integer(self, value: i128) -> Result<Blank, fmt::Error> {
        self.part(b'i', &value.to_be_bytes());
        Ok(value == 0)
    }
}

/// The parts of a list, tuple, map or struct, in order.
struct Parts<'a> {
    bytes: &'a mut Vec<u8>,
    blank: Blank,
}

impl<'a> Parts<'a> {
    fn begin(bytes: &'a mut Vec<u8>, kind: u8, name: &str) -> Self {
        Canon(&mut *bytes).part(kind, name.as_bytes());
        Self { bytes, blank: true }
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), fmt::Error> {
        self.blank = false;
        value.serialize(Canon(&mut *self.bytes)).map(|_| ())
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), fmt::Error> {
        let start = self.bytes.len();
        Canon(&mut *self.bytes).part(b'f', name.as_bytes());
        if value.serialize(Canon(&mut *self.bytes))? {
            self.bytes.truncate(start);
        } else {
            self.blank = false;
        }
        Ok(())
    }

    fn finish(self) -> Blank {
        self.bytes.push(b'.');
        self.blank
    }
}

macro_rules! integers {
    ($($method:ident: $Integer:ty),+) => { $(
        fn $method(self, value: $Integer) -> Result<Blank, fmt::Error> {
            self.integer(i128::from(value))
        }
    )+ };
}

impl<'a> Serializer for Canon<'a> {
    type Ok = Blank;
    type Error = fmt::Error;
    type SerializeSeq = Parts<'a>;
    type SerializeTuple = Parts<'a>;
    type SerializeTupleStruct = Parts<'a>;
    type SerializeTupleVariant = Parts<'a>;
    type SerializeMap = Parts<'a>;
    type SerializeStruct = Parts<'a>;
    type SerializeStructVariant = Parts<'a>;

    integers!(serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128);
    integers!(serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64);

    fn serialize_bool(self, value: bool) -> Result<Blank, fmt::Error> {
        self.part(b'b', &[u8::from(value)]);
        Ok(!value)
    }

    fn serialize_f32(self, value: f32) -> Result<Blank, fmt::Error> {
        self.serialize_f64(f64::from(value))
    }

    fn serialize_f64(self, value: f64) -> Result<Blank, fmt::Error> {
        self.part(b'd', &value.to_bits().to_be_bytes());
        Ok(value == 0.0)
    }

    fn serialize_char(self, value: char) -> Result<Blank, fmt::Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<Blank, fmt::Error> {
        self.part(b's', value.as_bytes());
        Ok(value.is_empty())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Blank, fmt::Error> {
        self.part(b'y', value);
        Ok(value.is_empty())
    }

    fn serialize_none(self) -> Result<Blank, fmt::Error> {
        self.serialize_unit()
    }

    /// Something is never nothing, even if it is zero.
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Blank, fmt::Error> {
        self.0.push(b'+');
        value.serialize(self).map(|_| false)
    }

    fn serialize_unit(self) -> Result<Blank, fmt::Error> {
        self.part(b'n', &[]);
        Ok(true)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Blank, fmt::Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Blank, fmt::Error> {
        self.part(b'v', variant.as_bytes());
        Ok(false)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Blank, fmt::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Blank, fmt::Error> {
        Canon(&mut *self.0).part(b'v', variant.as_bytes());
        value.serialize(self).map(|_| false)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'a>, fmt::Error> {
        Ok(Parts::begin(self.0, b'l', ""))
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'a>, fmt::Error> {
        Ok(Parts::begin(self.0, b't', ""))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>, fmt::Error> {
        Ok(Parts::begin(self.0, b't', ""))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, fmt::Error> {
        Ok(Parts { blank: false, ..Parts::begin(self.0, b't', variant) })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'a>, fmt::Error> {
        Ok(Parts::begin(self.0, b'm', ""))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>, fmt::Error> {
        Ok(Parts::begin(self.0, b'o', ""))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, fmt::Error> {
        Ok(Parts { blank: false, ..Parts::begin(self.0, b'o', variant) })
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<Blank, fmt::Error> {
        self.serialize_str(&alloc::format!("{value}"))
    }
}

macro_rules! items {
    ($($Trait:ident: $method:ident),+) => { $(
        impl ser::$Trait for Parts<'_> {
            type Ok = Blank;
            type Error = fmt::Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), fmt::Error> {
                self.item(value)
            }

            fn end(self) -> Result<Blank, fmt::Error> {
                Ok(self.finish())
            }
        }
    )+ };
}

items!(
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field
);

macro_rules! fields {
    ($($Trait:ident),+) => { $(
        impl ser::$Trait for Parts<'_> {
            type Ok = Blank;
            type Error = fmt::Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), fmt::Error> {
                self.field(name, value)
            }

            fn end(self) -> Result<Blank, fmt::Error> {
                Ok(self.finish())
            }
        }
    )+ };
}

fields!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for Parts<'_> {
    type Ok = Blank;
    type Error = fmt::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), fmt::Error> {
        self.item(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), fmt::Error> {
        self.item(value)
    }

    fn end(self) -> Result<Blank, fmt::Error> {
        Ok(self.finish())
    }
}
