//! The check digits of national identifiers. Each function takes the plain characters, upper case, of the right length.
//!
//! They are short enough to stand here; the one crate that has them all (`stdnum` 0.2) reads the clock. Compared once with
//! python-stdnum 2.2: 390 numbers of 13 schemes, and as many with another last character. Sources are named at each.

fn digit(byte: u8) -> u32 {
    u32::from(byte.wrapping_sub(b'0').min(9))
}

fn value(digits: &[u8]) -> u64 {
    digits
        .iter()
        .fold(0, |sum, byte| sum * 10 + u64::from(digit(*byte)))
}

fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits
        .iter()
        .zip(weights)
        .map(|(byte, weight)| digit(*byte) * weight)
        .sum()
}

fn is_day(month: u64, day: u64) -> bool {
    let longest = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=longest).contains(&day)
}

/// Belgium, Rijksregisternummer and BIS (royal decree of 3 April 1984): date, serial, 97 − (nine digits mod 97); born from
/// 2000 on with a 2 before them. A BIS number has 20 or 40 more in the month; an unknown month and day are 00.
pub fn belgium(digits: &[u8]) -> bool {
    let (month, day) = (value(&digits[2..4]) % 20, value(&digits[4..6]));
    let unknown = month == 0 && day <= 31 || day == 0 && month <= 12;
    let date = value(&digits[2..4]) <= 52 && (is_day(month, day) || unknown);
    let serial = value(&digits[..9]);
    let key = value(&digits[9..]);
    let fits = |number: u64| 97 - number % 97 == key;
    // Nobody is born after 2039 yet.
    let recent = value(&digits[..2]) < 40 && fits(2_000_000_000 + serial);
    date && digits[6..9] != *b"000" && (fits(serial) || recent)
}

/// Switzerland, AHV/AVS: 756, and the key of EAN-13 (Federal Social Insurance Office).
pub fn switzerland(digits: &[u8]) -> bool {
    digits.starts_with(b"756")
        && weighted(digits, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)
}

/// Luxembourg, matricule: date of birth, serial, a Luhn digit and a Verhoeff digit over the first eleven (CTIE).
pub fn luxembourg(digits: &[u8]) -> bool {
    let (year, month, day) = (
        value(&digits[..4]),
        value(&digits[4..6]),
        value(&digits[6..8]),
    );
    (1890..=2100).contains(&year)
        && is_day(month, day)
        && crate::moderation::digits::has_luhn_key(&digits[..12])
        && has_verhoeff_key(digits[..11].iter().chain(&digits[12..]))
}

/// J. Verhoeff, "Error Detecting Decimal Codes" (1969): the dihedral group of order ten and powers of a permutation.
fn has_verhoeff_key<'a>(digits: impl DoubleEndedIterator<Item = &'a u8>) -> bool {
    const PERMUTED: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let times = |left: u32, right: u32| match (left < 5, right < 5) {
        (true, true) => (left + right) % 5,
        (true, false) => (left + right - 5) % 5 + 5,
        (false, true) => (left + 5 - right) % 5 + 5,
        (false, false) => (left + 5 - right) % 5,
    };
    let check = digits.rev().enumerate().fold(0, |check, (at, byte)| {
        let permuted = (0..at % 8).fold(digit(*byte), |value, _| {
            usize::try_from(value)
                .ok()
                .and_then(|at| PERMUTED.get(at))
                .copied()
                .unwrap_or(0)
        });
        times(check, permuted)
    });
    check == 0
}

/// Spain, DNI and NIE: the letter is that of the number mod 23; X, Y, Z count as 0, 1, 2 (Ministerio del Interior).
pub fn spain(plain: &[u8]) -> bool {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let (first, rest) = match plain[0] {
        letter @ b'X'..=b'Z' => (u64::from(letter - b'X'), &plain[1..8]),
        _ => (0, &plain[..8]),
    };
    let number = first * 10_000_000 + value(rest);
    rest.iter().all(u8::is_ascii_digit)
        && usize::try_from(number % 23).is_ok_and(|at| LETTERS[at] == plain[8])
}

/// Italy, codice fiscale: places of letters and digits, and the letter of the key (decree of 23 December 1976). Digits may
/// be replaced by letters where two people would have the same.
pub fn italy(plain: &[u8]) -> bool {
    const ODD: [u32; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23,
    ];
    const NUMBERS: &[u8] = b"LMNPQRSTUV";
    let fits = plain.iter().enumerate().all(|(at, byte)| match at {
        6 | 7 | 9 | 10 | 12..=14 => byte.is_ascii_digit() || NUMBERS.contains(byte),
        8 => b"ABCDEHLMPRST".contains(byte),
        _ => byte.is_ascii_uppercase(),
    });
    let place = |byte: u8| {
        if byte.is_ascii_digit() {
            byte - b'0'
        } else {
            byte.wrapping_sub(b'A')
        }
    };
    let sum: u32 = plain[..15]
        .iter()
        .enumerate()
        .map(|(at, byte)| match (at % 2, place(*byte)) {
            (0, place) => ODD.get(usize::from(place)).copied().unwrap_or(0),
            (_, place) => u32::from(place),
        })
        .sum();
    fits && sum % 26 == u32::from(place(plain[15]))
}

/// Germany, Steuer-Identifikationsnummer: one digit stands two or three times in the first ten; ISO 7064 MOD 11,10
/// (Bundeszentralamt für Steuern).
pub fn germany_tax(digits: &[u8]) -> bool {
    let mut counts = [0_u8; 10];
    for byte in &digits[..10] {
        counts[usize::from(byte.wrapping_sub(b'0').min(9))] += 1;
    }
    let repeated = counts.iter().filter(|count| **count > 1).count();
    let product = digits[..10].iter().fold(10, |product, byte| {
        let sum = (digit(*byte) + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    let most = counts.iter().max().copied().unwrap_or(0);
    digits[0] != b'0' && repeated == 1 && most <= 3 && (11 - product) % 10 == digit(digits[10])
}

/// Germany, Krankenversichertennummer: the letter as two digits, weights 1 and 2, sums of digits (§ 290 SGB V).
pub fn germany_health(plain: &[u8]) -> bool {
    let letter = u32::from(plain[0].wrapping_sub(b'A')) + 1;
    let digits = [letter / 10, letter % 10]
        .into_iter()
        .chain(plain[1..9].iter().map(|byte| digit(*byte)));
    let sum: u32 = digits
        .zip([1, 2].into_iter().cycle())
        .map(|(digit, weight)| digit * weight / 10 + digit * weight % 10)
        .sum();
    plain[0].is_ascii_uppercase()
        && plain[1..].iter().all(u8::is_ascii_digit)
        && sum % 10 == digit(plain[9])
}

/// United Kingdom, NHS number: weights 10 … 2, 11 − sum mod 11 (NHS Data Dictionary).
pub fn united_kingdom_nhs(digits: &[u8]) -> bool {
    weighted(digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// United Kingdom, National Insurance number: letters that are given out, six digits, A–D (HMRC NIM39110).
pub fn united_kingdom_insurance(plain: &[u8]) -> bool {
    let given = |byte: &u8| byte.is_ascii_uppercase() && !b"DFIQUV".contains(byte);
    let pair = &plain[..2];
    pair.iter().all(given)
        && plain[1] != b'O'
        && ![b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"]
            .iter()
            .any(|it| *it == pair)
        && plain[2..8].iter().all(u8::is_ascii_digit)
        && matches!(plain[8], b'A'..=b'D')
}

/// Netherlands, burgerservicenummer: weights 9 … 2, −1, mod 11 (Rijksdienst voor Identiteitsgegevens).
pub fn netherlands(digits: &[u8]) -> bool {
    let sum = weighted(&digits[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) + 10 * digit(digits[8]);
    sum.is_multiple_of(11) && digits[..8].iter().any(|byte| *byte != b'0')
}

/// Portugal, NIF and número de utente: weights 9 … 2, 11 − sum mod 11, ten and eleven are 0 (decree-law 14/2013).
pub fn portugal(digits: &[u8]) -> bool {
    let rest = weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    digit(digits[8]) == if rest < 2 { 0 } else { 11 - rest }
}

/// Finland, henkilötunnus: date, sign of the century, serial, and the sign of the number mod 31 (Digital and Population
/// Data Services Agency).
pub fn finland(plain: &[u8]) -> bool {
    const SIGNS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let date = &plain[..6];
    let serial = &plain[7..10];
    let digits = date.iter().chain(serial).all(u8::is_ascii_digit);
    let number = value(date) * 1000 + value(serial);
    digits
        && is_day(value(&date[2..4]), value(&date[..2]))
        && b"-+ABCDEFYXWVU".contains(&plain[6])
        && usize::try_from(number % 31).is_ok_and(|at| SIGNS[at] == plain[10])
}

/// Norway, fødselsnummer: date and two keys mod 11 (Skatteetaten).
pub fn norway(digits: &[u8]) -> bool {
    let day = value(&digits[..2]);
    is_day(
        value(&digits[2..4]) % 40,
        if day > 40 { day - 40 } else { day },
    ) && weighted(digits, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]).is_multiple_of(11)
        && weighted(digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// Poland, PESEL: date with the century in the month, weights 1, 3, 7, 9 (Ministry of Digital Affairs).
pub fn poland(digits: &[u8]) -> bool {
    is_day(value(&digits[2..4]) % 20, value(&digits[4..6]))
        && weighted(digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
}

/// Sweden, personnummer: date and a Luhn key (Skatteverket). A coordination number has 60 more in the day.
pub fn sweden(digits: &[u8]) -> bool {
    let day = value(&digits[4..6]);
    is_day(value(&digits[2..4]), if day > 60 { day - 60 } else { day })
        && crate::moderation::digits::has_luhn_key(digits)
}

/// Denmark, CPR number: date and serial. Since 2007 numbers are given without a key.
pub fn denmark(digits: &[u8]) -> bool {
    is_day(value(&digits[2..4]), value(&digits[..2]))
}

/// Austria, Sozialversicherungsnummer: serial, key, date; weights 3, 7, 9, –, 5, 8, 4, 2, 1, 6 mod 11.
pub fn austria(digits: &[u8]) -> bool {
    let key = weighted(digits, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11;
    digits[0] != b'0' && key == digit(digits[3]) && value(&digits[4..6]) <= 31
}

/// Ireland, PPS number: weights 8 … 2, a second letter counts nine times, mod 23.
pub fn ireland(plain: &[u8]) -> bool {
    let extra = plain.get(8).map_or(0, |byte| match byte {
        b'W' => 0,
        byte => u32::from(byte.wrapping_sub(b'A')) + 1,
    });
    let sum = weighted(&plain[..7], &[8, 7, 6, 5, 4, 3, 2]) + 9 * extra;
    let letter = plain[7].wrapping_sub(b'A') + 1;
    plain[..7].iter().all(u8::is_ascii_digit)
        && plain[7].is_ascii_uppercase()
        && sum % 23 == u32::from(letter) % 23
}

/// Romania, CNP: sex, date, county, serial; weights 2 7 9 1 4 6 3 5 8 2 7 9 mod 11, ten is 1 (DEPABD).
pub fn romania(digits: &[u8]) -> bool {
    let rest = weighted(&digits[..12], &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
    matches!(digits[0], b'1'..=b'9')
        && is_day(value(&digits[3..5]), value(&digits[5..7]))
        && digit(digits[12]) == if rest == 10 { 1 } else { rest }
}

/// United States, social security number: numbers that are given out (`SSA`).
pub fn united_states(digits: &[u8]) -> bool {
    let area = value(&digits[..3]);
    !matches!(area, 0 | 666 | 900..) && digits[3..5] != *b"00" && digits[5..] != *b"0000"
}

#[cfg(test)]
mod tests {
    use super::*;

    type Key = fn(&[u8]) -> bool;

    #[test]
    fn published_examples_have_their_key_and_their_neighbours_have_not() {
        // From the authorities' descriptions and from python-stdnum's documentation.
        for (name, key, number) in [
            ("be", belgium as Key, "85073003328"),
            ("be", belgium, "17073003384"),
            ("ch", switzerland, "7569217076985"),
            ("lu", luxembourg, "1893120105732"),
            ("es", spain, "54362315K"),
            ("es", spain, "X2482300W"),
            ("it", italy, "RCCMNL83S18D969H"),
            ("de", germany_tax, "36574261809"),
            ("de", germany_health, "A123456780"),
            ("gb", united_kingdom_nhs, "9434765870"),
            ("nl", netherlands, "111222333"),
            ("pt", portugal, "501964843"),
            ("fi", finland, "131052-308T"),
            ("no", norway, "15108695088"),
            ("pl", poland, "44051401359"),
            ("se", sweden, "8803200016"),
            ("at", austria, "1237010180"),
            ("ie", ireland, "6433435F"),
            ("ie", ireland, "6433435OA"),
            ("ro", romania, "1630615123457"),
        ] {
            assert!(key(number.as_bytes()), "{name} {number}");
            let mut wrong = number.as_bytes().to_vec();
            let last = if name == "at" { 3 } else { wrong.len() - 1 };
            wrong[last] = match wrong[last] {
                b'9' => b'0',
                b'Z' => b'A',
                byte => byte + 1,
            };
            assert!(!key(&wrong), "{name} {}", String::from_utf8_lossy(&wrong));
        }
    }
}
