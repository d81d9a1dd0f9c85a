//! JSON that nests deeper than any real event: read anyway, without what lies too deep. `event` and `matrix` use it, so that
//! a member who adds a hundred brackets to a message neither hides it from the rules nor makes a room unreadable.

use serde::de::DeserializeOwned;

/// What nests deeper than this is replaced by `null`. The reader itself gives up at 128.
const DEEPEST: usize = 100;

/// Reads JSON; when it cannot be read because it nests too deep, without what lies too deep.
///
/// # Errors
/// When it is not JSON of the needed shape.
pub fn read<T: DeserializeOwned>(json: &str) -> Result<T, serde_json::Error> {
    match serde_json::from_str(json) {
        Err(error) if error.to_string().starts_with("recursion limit exceeded") => {
            serde_json::from_str(&without_depths(json))
        }
        read => read,
    }
}

/// The same text with every list or object below [`DEEPEST`] replaced by `null`.
fn without_depths(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for character in json.chars() {
        let mut kept = depth <= DEEPEST;
        if in_string {
            in_string = escaped || character != '"';
            escaped = character == '\\' && !escaped;
        } else {
            match character {
                '"' => in_string = true,
                '[' | '{' => {
                    depth += 1;
                    kept = depth <= DEEPEST;
                    if depth == DEEPEST + 1 {
                        out.push_str("null");
                    }
                }
                ']' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        if kept {
            out.push(character);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn nested(depth: usize) -> String {
        let (open, close) = (r#"[{"a":"#.repeat(depth), "}]".repeat(depth));
        format!(r#"{{"deep":{open}"]}}\"[{{"{close},"body":"word"}}"#)
    }

    #[test]
    fn what_stands_beside_something_deep_is_read() {
        for depth in [1, 40, 49, 50, 51, 64, 100_000] {
            let read = read::<Value>(&nested(depth)).unwrap();
            assert_eq!(read["body"], "word", "{depth}");
        }
    }

    #[test]
    fn what_is_not_deep_is_read_as_it_is() {
        let json = nested(40);
        assert_eq!(without_depths(&json), json);
    }

    #[test]
    fn what_is_broken_stays_broken() {
        for json in ["[".repeat(100_000), "{\"a\":".repeat(1000), "]".repeat(9)] {
            assert!(read::<Value>(&json).is_err());
        }
    }

    proptest! {
        #[test]
        fn any_json_that_is_not_deep_is_left_alone(words in ".{0,40}", number in any::<i64>()) {
            let json = serde_json::json!({"a": [words, {"b": number}]}).to_string();
            prop_assert_eq!(without_depths(&json), json);
        }
    }
}
