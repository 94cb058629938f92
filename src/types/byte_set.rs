//! Sets of bytes as lookup tables, for tests of every byte of many texts.

/// A set of bytes as a lookup table.
pub(crate) struct ByteSet([bool; 256]);

impl ByteSet {
    /// The ASCII letters and digits, and `signs`.
    pub(crate) const fn alphanumeric_and(signs: &[u8]) -> ByteSet {
        ByteSet::new(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz").and(signs)
    }

    /// Only `signs`.
    pub(crate) const fn new(signs: &[u8]) -> ByteSet {
        ByteSet([false; 256]).and(signs)
    }

    #[expect(clippy::indexing_slicing, reason = "the compiler checks constants")]
    const fn and(mut self, signs: &[u8]) -> ByteSet {
        let mut index = 0;
        while index < signs.len() {
            self.0[signs[index] as usize] = true;
            index += 1;
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
    fn a_set_contains_letters_digits_and_signs() {
        const SET: ByteSet = ByteSet::alphanumeric_and(b"-\xFF");
        for byte in 0..=255_u8 {
            let expected = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | 0xFF);
            assert_eq!(SET.contains(byte), expected, "{byte}");
        }
    }
}
