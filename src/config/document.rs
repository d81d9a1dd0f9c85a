//! What is generated from the structures: the documented example, the keys, and the schemas for editors.
//!
//! `HYGIE_BLESS=1 cargo test` writes the results to `config/`; without it a test fails when they are stale.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::Value;

use super::Config;
use crate::community::definition::Definition;

const HEADER: &str = "\
# Configuration of Hygie: every key with its default, as `hygie config` prints it.
#
# Only `homeserver` is required. Relative paths start from the folder of this file.
# Every key can be given by an environment variable instead, for instance HYGIE_STORE__URL for `store.url`.";

/// The documented example of `hygie.yaml`.
///
/// # Panics
///
/// Never: it takes no input, and a test runs it.
#[must_use]
pub fn example() -> String {
    let yaml =
        serde_saphyr::to_string(&Config::example()).expect("texts and numbers can be written");
    let schema = schema_of::<Config>(Inlined::Yes);
    let mut out = vec![HEADER.to_owned()];
    let mut section = "";
    for line in yaml.lines() {
        let (key, value) = line
            .split_once(':')
            .expect("every line of the example is a key");
        let (indent, path) = if let Some(key) = key.strip_prefix("  ") {
            ("  ", format!("{section}.{key}"))
        } else {
            out.push(String::new());
            section = key;
            ("", key.to_owned())
        };
        let about = property(&schema, &path);
        let description = about["description"].as_str().unwrap_or_default();
        let comments = description
            .lines()
            .map(|comment| format!("{indent}# {comment}"));
        out.extend(comments.map(|comment| comment.trim_end().to_owned()));
        out.push(if value.trim() == "null" {
            let sample = about["examples"][0].as_str().unwrap_or_default();
            format!("{indent}# {}: {sample}", key.trim())
        } else {
            line.to_owned()
        });
    }
    out.join("\n") + "\n"
}

/// The paths of all keys of `hygie.yaml`, such as `store.url`, sections left out.
#[must_use]
pub fn keys() -> Vec<String> {
    let schema = schema_of::<Config>(Inlined::Yes);
    let properties = |of: &Value| -> Vec<String> {
        let properties = of["properties"].as_object();
        properties
            .map(|all| all.keys().cloned().collect())
            .unwrap_or_default()
    };
    let mut keys = Vec::new();
    for section in properties(&schema) {
        let inner = properties(property(&schema, &section));
        if inner.is_empty() {
            keys.push(section);
        } else {
            keys.extend(inner.into_iter().map(|key| format!("{section}.{key}")));
        }
    }
    keys
}

/// The JSON Schema of `hygie.yaml`, for editors.
#[must_use]
pub fn config_schema() -> String {
    pretty(&schema_of::<Config>(Inlined::No))
}

/// The JSON Schema of a community file, for editors.
#[must_use]
pub fn community_schema() -> String {
    pretty(&schema_of::<Definition>(Inlined::No))
}

#[derive(Clone, Copy, PartialEq)]
enum Inlined {
    Yes,
    No,
}

fn schema_of<T: JsonSchema>(inlined: Inlined) -> Value {
    let settings = SchemaSettings::draft07()
        .with(|settings| settings.inline_subschemas = inlined == Inlined::Yes);
    settings
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

fn property<'a>(schema: &'a Value, path: &str) -> &'a Value {
    path.split('.')
        .fold(schema, |at, key| &at["properties"][key])
}

fn pretty(schema: &Value) -> String {
    let mut text = serde_json::to_string_pretty(schema).expect("a schema is plain JSON");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn assert_fresh(file: &str, generated: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("config")
            .join(file);
        if std::env::var_os("HYGIE_BLESS").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, generated).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written == generated,
            "config/{file} is stale; write it anew with HYGIE_BLESS=1 cargo test"
        );
    }

    #[test]
    fn the_documented_example_is_fresh() {
        assert_fresh("hygie.yaml", &example());
    }

    #[test]
    fn the_schemas_are_fresh() {
        assert_fresh("schema/hygie.schema.json", &config_schema());
        assert_fresh("schema/community.schema.json", &community_schema());
    }

    #[test]
    fn every_key_is_documented_with_its_default_or_as_required() {
        let schema = schema_of::<Config>(Inlined::Yes);
        for key in keys() {
            let text = property(&schema, &key)["description"]
                .as_str()
                .unwrap_or_default();
            assert!(
                text.contains("Default: ") || text.contains("Required."),
                "{key}: {text}"
            );
        }
        let community = schema_of::<Definition>(Inlined::Yes);
        for (key, about) in community["properties"].as_object().unwrap() {
            let text = about["description"].as_str().unwrap_or_default();
            assert!(
                text.contains("efault: ") || text.contains("Required."),
                "{key}: {text}"
            );
        }
    }

    #[test]
    fn the_documented_defaults_are_the_real_ones() {
        let schema = schema_of::<Config>(Inlined::Yes);
        for key in keys() {
            let about = property(&schema, &key);
            let real = match &about["default"] {
                Value::Null => continue,
                Value::String(text) if text.is_empty() => "empty".to_owned(),
                Value::String(text) => format!("`{text}`"),
                other => format!("`{other}`"),
            };
            let text = about["description"].as_str().unwrap();
            assert!(text.contains(&format!("Default: {real}.")), "{key}: {text}");
        }
    }

    #[test]
    fn the_example_read_back_is_the_default() {
        let read: Config = crate::config::yaml::parse(Path::new("hygie.yaml"), &example()).unwrap();
        let default = Config::example();
        assert_eq!(
            serde_saphyr::to_string(&read).unwrap(),
            serde_saphyr::to_string(&default).unwrap()
        );
        assert_eq!(read.homeserver, default.homeserver);
    }
}
