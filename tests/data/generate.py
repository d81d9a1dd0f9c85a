#!/usr/bin/env python3
"""Prints labelled lines of generated identifiers for `hygie rules eval`: `generate.py [COUNT [SEED]]`.

Each line is {"text", "lang", "spans": [{"start", "end", "kind"}]}, offsets in characters. All numbers are made up by chance;
their keys are computed here, independently of the program. A third of the lines are near misses (one digit changed) and
numbers of things, in which nothing private stands. The same seed prints the same lines.
"""
import json
import random
import sys

R = random.Random()


def digits(n):
    return "".join(R.choice("0123456789") for _ in range(n))


def luhn_sum(number):
    total = 0
    for at, c in enumerate(reversed(number)):
        value = int(c) * (2 if at % 2 else 1)
        total += value - 9 if value > 9 else value
    return total


def luhn(body):
    return body + str(-luhn_sum(body + "0") % 10)


def cut(number, sizes, gap):
    parts, at = [], 0
    for size in sizes:
        parts.append(number[at:at + size])
        at += size
    return gap.join(parts)


def nir_key(body):
    plain = body.replace("2A", "19").replace("2B", "18") if body[5:7] in ("2A", "2B") else body
    return "%02d" % (97 - int(plain) % 97)


def nir_number():
    department = R.choice(["%02d" % R.choice([d for d in range(1, 96) if d != 20]), "2A", "2B", "99", "97" + R.choice("123456")])
    commune = ("%0" + str(5 - len(department)) + "d") % R.randint(1, 90 if len(department) == 3 else 900)
    body = R.choice("12") + "%02d%02d" % (R.randint(0, 99), R.randint(1, 12)) + department + commune + "%03d" % R.randint(1, 999)
    return body + nir_key(body)


def write_nir(number):
    form = R.randrange(8)
    if form < 2:
        return number
    if form == 2:
        return number[:13] + " " + number[13:]
    if form == 3:
        return number.lower()
    if form == 4:
        return number[:13] + R.choice([" clé ", " / ", "-"]) + number[13:]
    return cut(number, [1, 2, 2, 2, 3, 3, 2], R.choice([" ", " ", ".", "-", "\u00a0", "\u202f"]))


def iban_key(country, rest):
    number = "".join(str(int(c, 36)) for c in rest + country + "00")
    return "%02d" % (98 - int(number) % 97)


def iban_number():
    form = R.randrange(5)
    if form < 3:
        bank, branch, account = digits(5), digits(5), digits(9) + R.choice("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ") + digits(1)
        table = {c: v for c, v in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")}
        plain = "".join(table.get(c, c) for c in account)
        key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(plain)) % 97
        country, rest = "FR", bank + branch + account + "%02d" % key
    elif form == 3:
        body = digits(10)
        country, rest = "BE", body + "%02d" % (int(body) % 97 or 97)
    else:
        country, rest = "DE", digits(18)
    return country + iban_key(country, rest) + rest


def write_iban(number):
    form = R.randrange(4)
    if form == 0:
        return number
    if form == 1:
        return number.lower()
    gap = R.choice([" ", " ", "-", "\u00a0"])
    return gap.join(number[at:at + 4] for at in range(0, len(number), 4))


def card_number():
    prefix, length = R.choice([("4", 16), ("4970", 16), ("51", 16), ("55", 16), ("2221", 16), ("2720", 16), ("37", 15), ("34", 15), ("6011", 16)])
    return luhn(prefix + digits(length - 1 - len(prefix)))


def write_card(number):
    if R.random() < 0.3:
        return number
    return cut(number, [4, 6, 5] if len(number) == 15 else [4] * 4, R.choice([" ", " ", "-", "."]))


def belgian():
    year, month, day = R.randint(30, 99), R.randint(1, 12), R.randint(1, 28)
    body = "%02d%02d%02d%03d" % (year, month, day, R.randint(1, 997))
    if R.random() < 0.3:
        body = "%02d" % R.randint(0, 20) + body[2:]
        number = body + "%02d" % (97 - int("2" + body) % 97)
    else:
        number = body + "%02d" % (97 - int(body) % 97)
    return R.choice([number, "%s.%s.%s-%s.%s" % (number[:2], number[2:4], number[4:6], number[6:9], number[9:])])


def swiss():
    body = "756" + digits(9)
    number = body + str(-sum(int(c) * (3 if at % 2 else 1) for at, c in enumerate(body)) % 10)
    return R.choice([number, cut(number, [3, 4, 4, 2], "."), cut(number, [3, 4, 4, 2], " ")])


def spanish():
    letters = "TRWAGMYFPDXBNJZSQVHLCKE"
    if R.random() < 0.4:
        first, body = R.choice("XYZ"), digits(7)
        return first + body + R.choice(["", "-"]) + letters[int(str("XYZ".index(first)) + body) % 23]
    body = R.choice("345678") + digits(7)
    return body + R.choice(["", "", "-"]) + letters[int(body) % 23]


def italian():
    odd = dict(zip("0123456789", [1, 0, 5, 7, 9, 13, 15, 17, 19, 21]))
    odd.update(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]))
    name = "".join(R.choice("BCDFGLMNPRSTVZ") for _ in range(6))
    body = name + "%02d" % R.randint(30, 99) + R.choice("ABCDEHLMPRST") + "%02d" % R.choice([R.randint(1, 28), R.randint(41, 68)])
    body += R.choice("ABCDEFGHIL") + "%03d" % R.randint(1, 999)
    total = sum(odd[c] if at % 2 == 0 else (int(c) if c.isdigit() else ord(c) - 65) for at, c in enumerate(body))
    number = body + chr(65 + total % 26)
    return R.choice([number, number.lower(), cut(number, [6, 5, 5], " ")])


def nhs():
    while True:
        body = digits(9)
        key = -sum(int(c) * (10 - at) for at, c in enumerate(body)) % 11
        if key < 10 and body[0] not in "01":
            number = body + str(-sum(int(c) * (10 - at) for at, c in enumerate(body)) % 11)
            return R.choice(["NHS number ", "NHS no. ", "NHS: "]), R.choice([number, cut(number, [3, 3, 4], " "), cut(number, [3, 3, 4], "-")])


def dutch():
    while True:
        body = R.choice("123456789") + digits(7)
        key = sum(int(c) * (9 - at) for at, c in enumerate(body)) % 11
        if key < 10:
            return R.choice(["BSN ", "burgerservicenummer: "]), R.choice([body + str(key), cut(body + str(key), [3, 3, 3], " "), cut(body + str(key), [4, 2, 3], ".")])


def portuguese():
    body = R.choice("125") + digits(7)
    rest = sum(int(c) * (9 - at) for at, c in enumerate(body)) % 11
    number = body + str(0 if rest < 2 else 11 - rest)
    return R.choice(["NIF ", "número de contribuinte "]), R.choice([number, cut(number, [3, 3, 3], " ")])


def german_health():
    letter, body = chr(R.randint(65, 90)), digits(8)
    total = 0
    for at, c in enumerate("%02d" % (ord(letter) - 64) + body):
        value = int(c) * (2 if at % 2 else 1)
        total += value // 10 + value % 10
    return R.choice(["Krankenversichertennummer ", "KVNR: ", "Versichertennummer "]), letter + body + str(total % 10)


def foreign():
    one = R.choice([belgian, swiss, spanish, italian, nhs, dutch, portuguese, german_health])()
    return one if isinstance(one, tuple) else ("", one)


UNITS = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf".split()
TENS = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante", 8: "quatre-vingt"}


def in_french(pair):
    value = int(pair)
    if pair[0] == "0":
        return "zéro " + UNITS[value]
    if value < 20:
        return UNITS[value]
    tens, ones = divmod(value, 10)
    if tens in (7, 9):
        tens, ones = tens - 1, ones + 10
    if ones == 0:
        return TENS[tens] + ("s" if tens == 8 else "")
    return TENS[tens] + (" et " if ones in (1, 11) and tens != 8 else "-") + UNITS[ones]


def french_phone():
    number = "0" + R.choice(["6", "6", "7", "1", "2", "3", "4", "5", "9"]) + digits(8)
    if number[1] == "7":
        number = "07" + R.choice("3456789") + number[3:]
    pairs = [number[at:at + 2] for at in range(0, 10, 2)]
    form = R.randrange(11)
    if form < 3:
        return R.choice([" ", ".", "-", "\u00a0", "/"]).join(pairs)
    if form == 3:
        return number
    if form == 4:
        return "+33" + number[1:]
    if form == 5:
        return "+33 " + number[1] + " " + " ".join(pairs[1:])
    if form == 6:
        return "+33 (0)" + number[1] + " " + " ".join(pairs[1:])
    if form == 7:
        return "0033 " + number[1] + " " + " ".join(pairs[1:])
    if form == 8:
        return number[:4] + " " + cut(number[4:], [3, 3], " ")
    if form == 9:
        return R.choice(["06 92 ", "06 90 ", "05 90 ", "02 62 "]) + " ".join(digits(2) for _ in range(3))
    return " ".join(in_french(pair) for pair in pairs)


def foreign_phone():
    if R.random() < 0.3:
        return "+41 79 2%s %s %s" % (digits(2), digits(2), digits(2))
    return R.choice(["+32 47%s %s %s %s", "+41 79 2%s %s %s %s", "+44 77%s %s%s%s1", "+49 151 2%s %s%s%s", "+34 61%s %s%s%s"]) % (
        digits(1), digits(2), digits(2), digits(2)) if R.random() < 0.8 else "+352 621 " + cut(digits(6), [3, 3], " ")


def phone():
    return french_phone() if R.random() < 0.75 else foreign_phone()


NAMES = ["awa.diallo", "j.martin", "claire_petit", "samir.b", "lea.roux+garde", "marc-antoine.leroy", "m.okafor", "sage.femme33"]
HOSTS = ["exemple.fr", "chu-exemple.fr", "example.org", "example.co.uk", "mail.example.net"]


def email():
    name, host = R.choice(NAMES) + str(R.randint(1, 99)), R.choice(HOSTS)
    form = R.randrange(7)
    if form < 3:
        return name + "@" + host
    if form == 3:
        return (name + "@" + host).upper()
    if form == 4:
        return name + R.choice([" [at] ", "(at)", " (arobase) ", " arobase "]) + host
    if form == 5:
        return name + " at " + host.replace(".", " dot ")
    return name + "[arobase]" + host.replace(".", R.choice(["[point]", "(point)", " point "]))


def rpps():
    return luhn("10" + digits(8))


def finess():
    return luhn("%02d" % R.randint(1, 95) + digits(6))


def siren():
    return luhn(R.choice("3458") + digits(7))


def siret():
    body = siren() + "000" + digits(1)
    return luhn(body)


LEADS = {
    "nir": ["NIR : ", "n° sécu ", "Numéro de sécurité sociale : ", "son n° SS est le ", "social security number: ", "secu=", ""],
    "ins": ["INS : ", "matricule INS ", "INS-NIR ", "Mon INS est le ", "her INS: ", "OID 1.2.250.1.213.1.4.8 : "],
    "ipp": ["IPP ", "IPP : ", "n° patient ", "numéro de patient : ", "MRN ", "patient ID: ", "Identifiant permanent du patient : "],
    "nda": ["NDA ", "NDA : ", "numéro de dossier ", "n° de séjour : ", "IEP ", "n° de venue ", "encounter number "],
    "iban": ["IBAN ", "mon IBAN : ", "RIB ", "transfer to ", ""],
    "card": ["CB ", "ma carte : ", "card number ", ""],
    "foreign_id": [""],
    "phone": ["tel ", "Tél. : ", "appelez le ", "call me on ", "mon portable c'est le ", "joignable au ", ""],
    "email": ["mail : ", "écrivez à ", "contact ", "write to ", ""],
    "rpps": ["RPPS ", "mon RPPS est le ", "n° RPPS : "],
    "finess": ["FINESS ", "n° FINESS : ", "FINESS ET "],
    "siren": ["SIREN ", "n° SIREN : "],
    "siret": ["SIRET ", "SIRET : "],
}
FRAMES = [
    ("fr", "Bonjour, {} merci."), ("fr", "{}"), ("fr", "Pour la patiente de la chambre 12 : {}, à transmettre."),
    ("fr", "({})"), ("fr", "| Durand | {} | 12/03/2024 |"), ("fr", "Rappel RDV 14h30, {} !"), ("fr", "- {}\n- TA 12/8"),
    ("en", "Hi all, {} thanks"), ("en", "Please note {}."), ("en", "Room 4: {} (see chart)"), ("fr", "voici\n{}\nbonne garde"),
]


def identifier(kind):
    """(what is written before it, it)"""
    if kind == "nir":
        return "", write_nir(nir_number())
    if kind == "ins":
        return "", write_nir(nir_number())
    if kind == "ipp":
        number = R.choice([digits(R.choice([7, 8, 9, 10])), "P" + digits(7), "80" + digits(8)])
        return "", number
    if kind == "nda":
        return "", "2" + digits(R.choice([7, 8, 9]))
    if kind == "iban":
        return "", write_iban(iban_number())
    if kind == "card":
        return "", write_card(card_number())
    if kind == "foreign_id":
        return foreign()
    if kind == "phone":
        return "", phone()
    if kind == "email":
        return "", email()
    number = {"rpps": rpps, "finess": finess, "siren": siren, "siret": siret}[kind]()
    if kind == "siren" and R.random() < 0.5:
        number = cut(number, [3, 3, 3], " ")
    if kind == "siret" and R.random() < 0.5:
        number = cut(number, [3, 3, 3, 5], " ")
    return "", number


def change_one_digit(text):
    at = R.choice([at for at, c in enumerate(text) if c.isdigit()][4:])
    return text[:at] + R.choice([c for c in "0123456789" if c != text[at]]) + text[at + 1:]


def near_miss():
    kind = R.choice(["nir", "iban", "card", "be", "ch", "es", "it"])
    if kind in ("nir", "iban", "card"):
        return change_one_digit(identifier(kind)[1])
    return change_one_digit({"be": belgian, "ch": swiss, "es": spanish, "it": italian}[kind]())


def thing():
    return R.choice([
        lambda: "commande n° 0" + R.choice("67") + digits(8),
        lambda: "suivi colis 6A" + digits(11),
        lambda: "facture 2024-" + digits(6),
        lambda: "lot " + R.choice("ABCDEF") + digits(6),
        lambda: "EAN 3" + digits(12),
        lambda: "CIP 34009" + digits(8),
        lambda: "ISBN 978-2-07-" + cut(digits(7), [6, 1], "-"),
        lambda: "réf. " + digits(10),
        lambda: "ticket #" + digits(8),
        lambda: "order 4" + digits(15),
        lambda: "TA %d/%d, FC %d, SpO2 %d %%" % (R.randint(9, 18), R.randint(5, 10), R.randint(50, 120), R.randint(88, 100)),
        lambda: "Doliprane 1 g à 08h, 14h, 20h, 02h ; poids %d,%d kg" % (R.randint(40, 110), R.randint(0, 9)),
        lambda: "RDV le %02d/%02d/2026 à %02d:%02d, poste %s" % (R.randint(1, 28), R.randint(1, 12), R.randint(8, 19), R.choice([0, 15, 30]), digits(4)),
        lambda: "IPP %d mg le matin" % R.choice([10, 20, 40]),
        lambda: "urgences : 15, 112 ou 0 800 %s" % cut(digits(6), [2, 2, 2], " "),
        lambda: "devis de %d %03d,%02d €" % (R.randint(1, 9), R.randint(0, 999), R.randint(0, 99)),
        lambda: "version %d.%d.%d" % (R.randint(0, 9), R.randint(0, 20), R.randint(0, 99)),
        lambda: "https://exemple.org/article/" + digits(10),
    ])()


def line():
    lang, frame = R.choice(FRAMES)
    share = R.random()
    before, after = frame.split("{}")
    if share < 0.36:
        text = before + (near_miss() if share < 0.16 else thing()) + after
        return {"text": text, "lang": lang, "spans": []}
    kind = R.choice(list(LEADS))
    lead, value = identifier(kind)
    start = len(before) + len(lead)
    named = R.choice(LEADS[kind])
    text = before + named + lead + value + after
    start += len(named)
    return {"text": text, "lang": lang, "spans": [{"start": start, "end": start + len(value), "kind": kind}]}


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    R.seed(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    for _ in range(count):
        print(json.dumps(line(), ensure_ascii=False))


main()
