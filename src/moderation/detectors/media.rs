//! Files by what they are (type, ending of the name) and by size, as the sender's client says: nobody else has looked into them.
//!
//! Where pictures are accepted at all is the group's `photos:`, which is asked first.

use serde_json::Value;

use super::Finding;
use crate::moderation::normalise::Folded;

/// Endings of what a computer or a telephone runs.
const EXECUTABLE: &str = "exe msi msix bat cmd scr pif ps1 vbs vbe js jse wsf hta jar apk xapk ipa app dmg pkg deb rpm appimage lnk reg \
    cpl dll sys sh run iso img vhd xll";
/// Their types.
const EXECUTABLE_TYPES: [&str; 10] = [
    "application/x-msdownload",
    "application/x-msdos-program",
    "application/x-dosexec",
    "application/x-ms-installer",
    "application/x-msi",
    "application/vnd.microsoft.portable-executable",
    "application/vnd.android.package-archive",
    "application/java-archive",
    "application/x-executable",
    "application/x-apple-diskimage",
];
/// Endings of what holds other files.
const ARCHIVE: &str = "zip rar 7z tar gz tgz bz2 tbz xz txz zst cab arj ace lzh";
/// Their types.
const ARCHIVE_TYPES: [&str; 9] = [
    "application/zip",
    "application/x-zip-compressed",
    "application/vnd.rar",
    "application/x-rar-compressed",
    "application/x-7z-compressed",
    "application/x-tar",
    "application/gzip",
    "application/x-gzip",
    "application/x-bzip2",
];

/// What a file can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// `image`, `video`, `audio`: of this kind of type, or sent as such.
    Main(&'static str),
    /// `file`: sent as a file, whatever it is.
    File,
    /// `executable`: what a computer or a telephone runs.
    Executable,
    /// `archive`: what holds other files.
    Archive,
    /// `.docm`: by the ending of its name.
    Ending(String),
    /// `application/pdf`, `text/*`.
    Mime(String),
}

impl Type {
    /// What a rule calls so.
    pub fn read(word: &str) -> Option<Self> {
        let word = word.trim().to_ascii_lowercase();
        let plain = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|it| it.is_ascii_alphanumeric() || b"+-._".contains(&it))
        };
        Some(match word.as_str() {
            "image" => Self::Main("image"),
            "video" => Self::Main("video"),
            "audio" => Self::Main("audio"),
            "file" => Self::File,
            "executable" => Self::Executable,
            "archive" => Self::Archive,
            _ => {
                if let Some(ending) = word.strip_prefix('.') {
                    plain(ending).then(|| Self::Ending(ending.to_owned()))?
                } else {
                    let (main, sub) = word.split_once('/')?;
                    (plain(main) && (sub == "*" || plain(sub))).then(|| Self::Mime(word.clone()))?
                }
            }
        })
    }

    fn holds(&self, file: &File) -> bool {
        let listed = |endings: &str, types: &[&str]| {
            endings.split_ascii_whitespace().any(|it| it == file.ending)
                || types.contains(&file.mime.as_str())
        };
        match self {
            Self::Main(main) => {
                file.msgtype.strip_prefix("m.") == Some(*main)
                    || file.mime.split('/').next() == Some(*main)
            }
            Self::File => file.msgtype == "m.file",
            Self::Executable => listed(EXECUTABLE, &EXECUTABLE_TYPES),
            Self::Archive => listed(ARCHIVE, &ARCHIVE_TYPES),
            Self::Ending(ending) => file.ending == *ending,
            Self::Mime(mime) => match mime.strip_suffix('*') {
                Some(main) => file.mime.starts_with(main),
                None => file.mime == *mime,
            },
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Main(name) => name,
            Self::File => "file",
            Self::Executable => "executable",
            Self::Archive => "archive",
            Self::Ending(name) | Self::Mime(name) => name,
        }
    }
}

/// A size in bytes: `500 kB`, `10 MB`, `1.5 GiB`; `10 Mo` as well.
pub fn size(written: &str) -> Option<u64> {
    let written = written.trim().to_ascii_lowercase();
    let digits = written.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
    let (number, unit) = written.split_at(digits);
    let unit: u64 = match unit.trim() {
        "b" | "o" => 1,
        "kb" | "ko" => 1_000,
        "mb" | "mo" => 1_000_000,
        "gb" | "go" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return None,
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let whole: u64 = whole.parse().ok()?;
    let tenth: u64 = match part.len() {
        0 => 0,
        1 => part.parse().ok()?,
        _ => return None,
    };
    whole.checked_mul(unit)?.checked_add(unit / 10 * tenth)
}

/// What a rule about files looks for.
#[derive(Debug, Default)]
pub struct Media {
    /// One of these; any where there are none.
    pub types: Vec<Type>,
    /// Larger than so many bytes.
    pub larger_than: Option<u64>,
}

struct File {
    msgtype: String,
    mime: String,
    ending: String,
    size: Option<u64>,
}

impl Media {
    /// Finds it in the content of a message, and of its edit.
    pub fn find(&self, content: &Value, out: &mut Vec<Finding>) {
        let edit = content.get("m.new_content");
        let files = std::iter::once(content).chain(edit).filter_map(file);
        out.extend(files.filter_map(|file| self.what(&file)).take(1));
    }

    fn what(&self, file: &File) -> Option<Finding> {
        let listed = self.types.iter().find(|it| it.holds(file));
        if listed.is_none() && !self.types.is_empty() {
            return None;
        }
        if let Some(most) = self.larger_than
            && file.size.is_none_or(|size| size <= most)
        {
            return None;
        }
        let name = listed.map_or("size", Type::name);
        Some(Finding::certain(name, 0..0))
    }
}

fn file(content: &Value) -> Option<File> {
    let field = |name: &str| content.get(name).and_then(Value::as_str);
    let msgtype = field("msgtype")?;
    if !matches!(msgtype, "m.image" | "m.video" | "m.audio" | "m.file") {
        return None;
    }
    let info = content.get("info");
    let mime = info
        .and_then(|it| it.get("mimetype"))
        .and_then(Value::as_str);
    let mime = mime
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default();
    let size = info.and_then(|it| it.get("size"));
    Some(File {
        msgtype: msgtype.to_owned(),
        mime: mime.trim().to_ascii_lowercase(),
        ending: ending(
            field("filename")
                .or_else(|| field("body"))
                .unwrap_or_default(),
        ),
        size: size.and_then(Value::as_u64),
    })
}

/// The ending of a name, as the system that opens it sees it.
fn ending(name: &str) -> String {
    let name = Folded::new(name)
        .text()
        .trim_end_matches(['.', ' '])
        .to_ascii_lowercase();
    name.rsplit_once('.')
        .map_or_else(String::new, |(_, it)| it.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(types: &[&str], most: Option<&str>, content: &Value) -> bool {
        let media = Media {
            types: types.iter().map(|it| Type::read(it).unwrap()).collect(),
            larger_than: most.map(|it| size(it).unwrap()),
        };
        let mut out = Vec::new();
        media.find(content, &mut out);
        !out.is_empty()
    }

    fn named(name: &str) -> Value {
        json!({"msgtype": "m.file", "body": name, "info": {"mimetype": "application/octet-stream", "size": 3_000_000}})
    }

    #[test]
    fn a_file_is_known_by_its_ending_whatever_hides_it() {
        for name in [
            "setup.exe",
            "Photo.JPG.EXE",
            "facture\u{202E}fdp.exe",
            "a.ｅｘｅ",
            "a.exe. ",
        ] {
            assert!(found(&["executable"], None, &named(name)), "{name:?}");
        }
        for name in ["exe", "a.exe.txt", "notice.pdf", "un .exe, vraiment ?"] {
            assert!(!found(&["executable"], None, &named(name)), "{name:?}");
        }
        let captioned = json!({"msgtype": "m.file", "body": "voilà", "filename": "a.apk"});
        assert!(found(&["executable"], None, &captioned));
        let edit = json!({"msgtype": "m.text", "body": "a", "m.new_content": named("a.exe")});
        assert!(found(&["executable"], None, &edit));
    }

    #[test]
    fn types_are_those_of_the_message_or_of_the_file() {
        let pdf =
            json!({"msgtype": "m.file", "body": "a", "info": {"mimetype": "Application/PDF; x=y"}});
        let photo = json!({"msgtype": "m.file", "body": "a", "info": {"mimetype": "image/png"}});
        for (types, content, expected) in [
            (&["application/pdf"][..], &pdf, true),
            (&["application/*"], &pdf, true),
            (&["archive", "text/*"], &pdf, false),
            (&["file"], &pdf, true),
            (&["image"], &photo, true),
            (
                &["image"],
                &json!({"msgtype": "m.image", "body": "a"}),
                true,
            ),
            (
                &["image"],
                &json!({"msgtype": "m.text", "body": "a.png"}),
                false,
            ),
            (&["archive"], &named("a.zip"), true),
            (&[".docm"], &named("a.DOCM"), true),
        ] {
            assert_eq!(found(types, None, content), expected, "{types:?} {content}");
        }
        for word in ["picture", ".", "a/", "/b", ".a b", ""] {
            assert_eq!(Type::read(word), None, "{word}");
        }
    }

    #[test]
    fn sizes_are_compared_and_read() {
        assert!(found(&[], Some("2 MB"), &named("a.pdf")));
        assert!(!found(&[], Some("3 MB"), &named("a.pdf")));
        assert!(!found(&["image"], Some("2 MB"), &named("a.pdf")));
        assert!(!found(
            &[],
            Some("2 MB"),
            &json!({"msgtype": "m.file", "body": "a"})
        ));
        for (written, bytes) in [
            ("10 MB", Some(10_000_000)),
            ("1.5 Mo", Some(1_500_000)),
            ("1MiB", Some(1 << 20)),
            ("12", None),
            ("MB", None),
            ("-1 MB", None),
            ("99999999999 GB", None),
        ] {
            assert_eq!(size(written), bytes, "{written}");
        }
    }
}
