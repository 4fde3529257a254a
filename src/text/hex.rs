//! Bytes as hexadecimal digits: the form of every digest that a person or another program is given.

/// Spells bytes in lower-case hexadecimal digits, two a byte.
pub fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_two_digits() {
        assert_eq!(hex([0x00, 0x0A, 0xFF]), "000aff");
        assert_eq!(hex([]), "");
    }
}
