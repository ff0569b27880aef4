//! Text that a constant can build: names of rows, and what the compiler says about a faulty table.

/// At most `N` bytes of text (and fewer than 65,535), held inline.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Text<const N: usize> {
    len: u16,
    /// Something did not fit.
    cut: bool,
    bytes: [u8; N],
}

impl<const N: usize> Text<N> {
    pub(crate) const EMPTY: Self = Self { len: 0, cut: false, bytes: [0; N] };

    pub(crate) const fn new(text: &str) -> Self {
        let mut new = Self::EMPTY;
        new.push(text);
        new
    }

    /// Appends `text` as a whole, or not at all: then the text counts as cut, and nothing more is appended.
    pub(crate) const fn push(&mut self, text: &str) {
        let Some((_, free)) = self.bytes.split_at_mut_checked(self.len as usize) else {
            return;
        };
        match free.split_at_mut_checked(text.len()) {
            Some((room, _)) if !self.cut => room.copy_from_slice(text.as_bytes()),
            Some(_) | None => {
                self.cut = true;
                return;
            }
        }
        self.len += text.len() as u16;
    }

    /// Whether everything that was appended fitted.
    pub(crate) const fn is_whole(&self) -> bool {
        !self.cut
    }

    /// The same as `==`, in constants.
    pub(crate) const fn is(&self, other: &Self) -> bool {
        let (mut ours, mut theirs) = (self.as_str().as_bytes(), other.as_str().as_bytes());
        while let ([our, our_rest @ ..], [their, their_rest @ ..]) = (ours, theirs) {
            if *our != *their {
                return false;
            }
            (ours, theirs) = (our_rest, their_rest);
        }
        ours.len() == theirs.len()
    }

    /// What was appended.
    pub(crate) const fn as_str(&self) -> &str {
        if let Some((used, _)) = self.bytes.split_at_checked(self.len as usize)
            && let Ok(text) = core::str::from_utf8(used)
        {
            return text;
        }
        ""
    }
}
