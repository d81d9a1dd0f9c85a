//! Contents of state events, each kept once: most rooms have the same join rules, the same powers and so on.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use serde_json::Value;

/// How many are kept before it is looked which ones no room has any more.
const FEW: usize = 1024;

/// The contents that rooms share, by their hash.
#[derive(Clone, Debug, Default)]
pub(super) struct Contents {
    known: HashMap<u64, Arc<Value>>,
    look_at: usize,
}

impl Contents {
    /// The content, shared with whoever has the same.
    pub(super) fn share(&mut self, content: &Value) -> Arc<Value> {
        let mut hasher = DefaultHasher::new();
        content.hash(&mut hasher);
        let hash = hasher.finish();
        if let Some(known) = self.known.get(&hash)
            && **known == *content
        {
            return known.clone();
        }
        if self.known.len() >= self.look_at {
            self.known
                .retain(|_, content| Arc::strong_count(content) > 1);
            self.look_at = FEW.max(2 * self.known.len());
        }
        let content = Arc::new(content.clone());
        self.known.insert(hash, content.clone());
        content
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_same_content_is_kept_once_and_what_nobody_has_is_forgotten() {
        let mut contents = Contents::default();
        let first = contents.share(&json!({"join_rule": "restricted"}));
        let second = contents.share(&json!({"join_rule": "restricted"}));
        assert!(Arc::ptr_eq(&first, &second));
        for number in 0..10 * FEW {
            drop(contents.share(&json!({"name": number})));
        }
        assert!(contents.known.len() <= 2 * FEW, "{}", contents.known.len());
        assert!(Arc::ptr_eq(&first, &contents.share(&first)));
    }
}
