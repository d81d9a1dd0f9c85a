//! `hygie config`: the documented default configuration, for an operator to start from.

use std::io::{self, Write};

/// Writes the documented default `hygie.yaml` to `out`.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn run(out: &mut impl Write) -> io::Result<()> {
    out.write_all(crate::config::document::example().as_bytes())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_printed_default_is_the_documented_example() {
        let mut out = Vec::new();
        super::run(&mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            crate::config::document::example()
        );
    }
}
