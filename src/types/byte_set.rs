//! Sets of bytes, for what is asked of every byte of many texts.

/// A set of bytes that is looked up.
pub(crate) struct ByteSet([bool; 256]);

impl ByteSet {
    /// The letters and digits of ASCII, and some signs.
    #[expect(clippy::indexing_slicing, reason = "a constant, so that the compiler would say so")]
    pub(crate) const fn alphanumeric_and(signs: &[u8]) -> ByteSet {
        let mut set = [false; 256];
        let mut byte = 0_u8;
        while byte < 128 {
            set[byte as usize] = byte.is_ascii_alphanumeric();
            byte += 1;
        }
        ByteSet(set).and(signs)
    }

    /// Some signs.
    pub(crate) const fn of(signs: &[u8]) -> ByteSet {
        ByteSet([false; 256]).and(signs)
    }

    #[expect(clippy::indexing_slicing, reason = "a constant, so that the compiler would say so")]
    const fn and(mut self, signs: &[u8]) -> ByteSet {
        let mut at = 0;
        while at < signs.len() {
            self.0[signs[at] as usize] = true;
            at += 1;
        }
        self
    }

    pub(crate) fn contains(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte)).is_some_and(|&is_in| is_in)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets() {
        const SET: ByteSet = ByteSet::alphanumeric_and(b"-\xFF");
        for byte in 0..=255_u8 {
            let expected = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | 0xFF);
            assert_eq!(SET.contains(byte), expected, "{byte}");
        }
    }
}
