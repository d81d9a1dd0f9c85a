//! Log lines that nobody can forge.

use std::{fmt::Write, io};

use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, Layer,
    field::MakeExt,
    fmt::{self, format::debug_fn},
    prelude::*,
    registry::LookupSpan,
};

use crate::config::{Format, Log};

/// Starts writing logs on the standard error, for the whole process. `HYGIE_LOG` overrides the level with a filter.
pub fn start_logging(log: &Log) {
    // What sqlx warns of while it reads the database's address quotes it, and it may hold a password.
    // What the encryption library warns of may quote what was decrypted.
    let silent = "sqlx_postgres::options=off,matrix_sdk_crypto=error";
    let filter = EnvFilter::try_from_env("HYGIE_LOG")
        .unwrap_or_else(|_| EnvFilter::new(format!("warn,{silent},hygie={}", log.level.as_str())));
    let ansi = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let lines = lines(log.format, ansi, std::io::stderr);
    let started = tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .try_init();
    drop(started);
}

/// Writes each log entry as one line to `out`. Values may hold what strangers chose (ids, the homeserver's words): whatever is
/// in them, it neither ends the line nor moves a terminal's cursor.
fn lines<S, O, W>(format: Format, ansi: bool, out: O) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    O: Fn() -> W + Send + Sync + 'static,
    W: io::Write,
{
    match format {
        Format::Human => {
            let fields = debug_fn(|out, field, value| {
                let mut inert = Inert(out);
                match field.name() {
                    "message" => write!(inert, "{value:?}"),
                    name => write!(inert, "{name}={value:?}"),
                }
            });
            fmt::layer()
                .fmt_fields(fields.delimited(" "))
                .with_writer(out)
                .with_target(false)
                .with_ansi(ansi)
                .boxed()
        }
        Format::Json => fmt::layer()
            .json()
            .flatten_event(true)
            .with_writer(move || InertJson(out()))
            .boxed(),
    }
}

/// What could forge a line, or show it in another order.
fn forges(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Writes lines of JSON with what forges as JSON escapes it: `\u009b`. Those of ASCII are escaped already.
struct InertJson<W>(W);

impl<W: io::Write> io::Write for InertJson<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_ascii() {
            return self.0.write(bytes);
        }
        let text = String::from_utf8_lossy(bytes);
        let mut inert = String::with_capacity(text.len() + 16);
        for letter in text.chars() {
            if forges(letter) && !letter.is_ascii() {
                write!(inert, "\\u{:04x}", u32::from(letter)).map_err(io::Error::other)?;
            } else {
                inert.push(letter);
            }
        }
        self.0.write_all(inert.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Writes what forges as its escape: `\u{1b}`.
struct Inert<'a, W>(&'a mut W);

impl<W: Write> Write for Inert<'_, W> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for part in text.split_inclusive(forges) {
            let plain = part.trim_end_matches(forges);
            self.0.write_str(plain)?;
            for forger in part[plain.len()..].chars() {
                write!(self.0, "{}", forger.escape_unicode())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: Format, log: impl Fn()) -> String {
        let kept = Kept::default();
        let out = kept.clone();
        let subscriber =
            tracing_subscriber::registry().with(lines(format, false, move || out.clone()));
        tracing::subscriber::with_default(subscriber, log);
        let bytes = kept.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    const FORGED: &str =
        "!r:s\r\n2026-01-01T00:00:00Z ERROR forged\u{1b}[2K\u{85}\u{2028}\u{202e}\0\u{9b}31m";

    #[test]
    fn what_strangers_choose_forges_no_line_in_either_format() {
        for format in [Format::Human, Format::Json] {
            let text = logged(format, || {
                let span = tracing::info_span!("event", room.id = %FORGED);
                let _inside = span.enter();
                tracing::warn!(error = %FORGED, event.id = FORGED, room = ?FORGED, "said {FORGED}");
            });
            assert_eq!(text.lines().count(), 1, "{text}");
            let inside = text.strip_suffix('\n').unwrap();
            assert!(!inside.contains(forges), "{inside:?}");
            assert!(inside.matches("forged").count() >= 5, "{inside}");
            if format == Format::Json {
                let json: serde_json::Value = serde_json::from_str(inside).unwrap();
                assert_eq!(json["error"], FORGED);
            }
        }
    }

    #[test]
    fn a_line_for_people_has_its_message_and_its_fields() {
        let text = logged(Format::Human, || {
            let span = tracing::info_span!("event", room.id = "!r:s");
            let _inside = span.enter();
            tracing::warn!(event.id = %"$1", tries = 3, "it did not work");
        });
        let rest = text.split_once(' ').unwrap().1;
        assert_eq!(
            rest,
            " WARN event{room.id=\"!r:s\"}: it did not work event.id=$1 tries=3\n"
        );
    }
}
