//! A short list held inline, so that a row is plain data that a constant can hold.

use core::fmt;

/// At most `N` items, held inline, in order; the conditions and effects of a row.
///
/// Nothing can be taken out of it: a row is replaced as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct List<T, const N: usize> {
    /// Filled from the front; the first `None` ends the list.
    items: [Option<T>; N],
}

impl<T: Copy, const N: usize> List<T, N> {
    /// No items.
    pub const EMPTY: Self = Self { items: [None; N] };

    /// Appends an item. Whether there was room for it.
    #[must_use = "an item for which there is no room is not in the list"]
    pub const fn push(&mut self, item: T) -> bool {
        let mut rest: &mut [Option<T>] = &mut self.items;
        while let [slot, tail @ ..] = rest {
            if slot.is_none() {
                *slot = Some(item);
                return true;
            }
            rest = tail;
        }
        false
    }

    /// These items, if there is room for them.
    #[must_use]
    pub fn of(items: &[T]) -> Option<Self> {
        let mut list = Self::EMPTY;
        items.iter().all(|&item| list.push(item)).then_some(list)
    }

    /// The items, in order.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = T> + Clone {
        self.items.iter().map_while(|&item| item)
    }

    /// The same list of other items.
    pub(super) fn map<U>(&self, other: impl Fn(T) -> U) -> List<U, N> {
        List { items: self.items.map(|item| item.map(&other)) }
    }

    /// How many items there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there are no items.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T: Copy + PartialEq, const N: usize> List<T, N> {
    /// Whether this item is in the list.
    #[must_use]
    pub fn contains(&self, item: T) -> bool {
        self.iter().any(|each| each == item)
    }
}

impl<T: Copy + fmt::Debug, const N: usize> fmt::Debug for List<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T: Copy + serde::Serialize, const N: usize> serde::Serialize for List<T, N> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de, T: Copy + serde::Deserialize<'de>, const N: usize> serde::Deserialize<'de> for List<T, N> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = alloc::vec::Vec::<T>::deserialize(deserializer)?;
        Self::of(&items)
            .ok_or_else(|| serde::de::Error::invalid_length(items.len(), &alloc::format!("at most {N}").as_str()))
    }
}
