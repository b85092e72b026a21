"""Key facts of a tender document by rules, in Indonesian and English: each with page and place.

The rules know the trade's spelling (LVMDP, Icw 50 kA / 1 s, IP 54, Form 3b, SNI, SPLN, PUIL); they
read what is written and conclude nothing. All repetitions are bounded: a hostile text costs no more
time than a plain one of its length.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MONTHS = (
    r"(?:Jan(?:uari|uary)?|Feb(?:ruari|ruary)?|Mar(?:et|ch)?|Apr(?:il)?|Mei|May|Jun[ie]?|Jul[iy]?"
    r"|Agu(?:stus)?|Aug(?:ust)?|Sep(?:t(?:ember)?)?|Okt(?:ober)?|Oct(?:ober)?|Nov(?:ember)?"
    r"|Des(?:ember)?|Dec(?:ember)?)"
)
PANELS = (
    r"LVMDP|LVMSB|LVSB|MVMDP|MVDB|PUTR|PUTM|SDP|MDP|MCC|ATS[-/ ]?AMF|ATS|AMF|RMU|PHB[- ]?T[RM]"
    r"|(?:MV |LV )?(?:Cubicle|Switchgear|Switchboard)|Kubikel|Cap(?:acitor|\.)? ?Bank"
    r"|Panel (?:Kapasitor|Sinkron|Pompa|Kontrol|Distribusi|Penerangan|Daya|Utama|Genset|Lift|AC)"
    r"|(?:Synchroni[sz]ing|Control|Distribution|Lighting|Pump|Capacitor|Metering|Genset) Panel"
)
BRANDS = (
    r"Schneider(?: Electric)?|ABB|Siemens|Mitsubishi|Legrand|Socomec|Terasaki|Eaton|Hager|Chint"
    r"|LS Electric|Fuji Electric|Omron|Phoenix Contact|Rittal|Merlin Gerin|Deif|Deep Sea"
)
NUMBER = r"\d{1,4}(?:[.,]\d{1,3})?"
RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "panel",
        re.compile(
            rf"\b(?:{PANELS})(?:[-. ](?:[A-Z]{{0,3}}-?\d{{1,3}}[A-Z]?|[A-Z])(?!\w|[.,/]\d)"
            r"(?!\s?(?:A|kV|V|kVA|kVAr|kW|feeder|unit|set)s?\b))?(?![\w])"
        ),
    ),
    (
        "quantity",
        re.compile(
            r"(?<![\w.,])\d{1,4}\s?\(?[a-z]{0,12}\)?\s?(?:units?|sets?|pcs|buah|lots?|panels?|cubicles?|cells?)\b"
            r"|\b(?:qty|quantity|jumlah|kuantitas)\s{0,3}[:=]\s{0,3}\d{1,4}\b",
            re.IGNORECASE,
        ),
    ),
    (
        "voltage",
        re.compile(
            rf"(?<![\w.,/]){NUMBER}(?:\s?[/-]\s?{NUMBER}){{0,2}}\s?(?:kV|V|Volt|VAC|VDC)(?:\s?(?:AC|DC))?(?![A-Za-z])"
        ),
    ),
    (
        "current",
        re.compile(r"(?<![\w.,/])\d{1,2}[.,]?\d{1,4}\s?(?:A|Amp\.?|Ampere)(?![\w/²])"),
    ),
    (
        "short_circuit",
        re.compile(
            rf"(?:\bI(?:cw|cu|cs|pk|cc|k)\s{{0,3}}[=:≥>]{{0,2}}\s{{0,3}})?(?<![\w.,]){NUMBER}\s?kA(?![A-Za-z])"
            r"(?:\s{0,2}(?:/|,|for|selama|untuk|rms|\()?\s{0,2}\d(?:[.,]\d)?\s?(?:s|sec|second|detik)\b)?"
        ),
    ),
    ("frequency", re.compile(r"(?<![\w.,])(?:50|60)\s?Hz\b")),
    (
        "power",
        re.compile(rf"(?<![\w.,]){NUMBER}\s?(?:kVAr|kVA|MVA|kW|MW)(?:p)?(?![A-Za-z])"),
    ),
    ("ip", re.compile(r"\bIP\s?-?\s?\d[\dX](?:[A-D]|W)?\b")),
    ("ik", re.compile(r"\bIK\s?\d{2}\b")),
    (
        "form",
        re.compile(
            r"\b(?:Form|Bentuk)(?:\s(?:of|pemisahan|internal|separation)){0,3}\s{0,2}[:=-]?\s{0,2}[1-4]\s?[ab]?\b",
            re.IGNORECASE,
        ),
    ),
    (
        "busbar",
        re.compile(
            r"\b(?:busbar|rel tembaga|bus bar)\b[^\n.;]{0,40}?\b(?:copper|tembaga|alumin[iu]um|tinned|timah|Cu|Al)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "cable_entry",
        re.compile(
            r"\b(?:cable (?:entry|entries)|(?:arah )?masuk(?:an)? kabel|kabel masuk)\b[^\n.;]{0,30}?\b(?:top|bottom|atas|bawah)\b",
            re.IGNORECASE,
        ),
    ),
    ("colour", re.compile(r"\bRAL\s?\d{4}\b")),
    ("brand", re.compile(rf"\b(?:{BRANDS})\b")),
    (
        "standard",
        re.compile(
            r"\b(?:IEC|SNI|SPLN|PUIL|ANSI|IEEE|NEMA|ISO|LMK|BS EN|BS|EN|UL)(?:[ -]IEC)?[ -]{0,2}(?:No\.? ?)?"
            r"[A-Z]?\d[\d.:/-]{0,14}\d(?:[:-]\d{4})?\b"
        ),
    ),
    (
        "test",
        re.compile(
            r"\b(?:FAT|SAT|type[- ]test(?:ed)?|routine test|uji (?:rutin|tipe|jenis)|factory acceptance test)\b"
        ),
    ),
    (
        "date",
        re.compile(
            rf"(?<![\w/])(?:\d{{1,2}}\s{MONTHS}\s\d{{4}}|{MONTHS}\s\d{{1,2}},?\s\d{{4}}"
            r"|\d{1,2}[/-]\d{1,2}[/-]\d{4}|\d{4}-\d{2}-\d{2})(?!\w)"
        ),
    ),
    (
        "deadline",
        re.compile(
            r"(?<!garansi )(?<!garansi selama )(?<!warranty )(?<!warranty of )(?<!warranty period of )"
            r"(?<![\w.,])\d{1,3}\s?(?:\([\w ]{1,20}\)\s?)?(?:calendar |working |hari kalender|hari kerja|hari|days?|weeks?|minggu|bulan|months?)"
            r"(?:days?|weeks?)?\b(?! (?:warranty|garansi))",
            re.IGNORECASE,
        ),
    ),
    (
        "party",
        re.compile(
            r"\b(?:PT|CV|UD)\.?\s(?:[A-Z][\w&'-]{1,30}\.?)(?:\s(?:[A-Z][\w&'-]{0,30}|&)){0,4}(?:\s\(?(?:Persero|Tbk)\)?\.?)?"
            r"|\b(?:Client|Owner|Customer|Consultant|Contractor|Employer|Pemilik|Pelanggan|Konsultan|Kontraktor|Pemberi Tugas)\s{0,2}:\s{0,3}[A-Z][^\n;:]{2,60}"
        ),
    ),
)
ORDER = tuple(kind for kind, _rule in RULES)
# What an offer for a panel cannot be made without; asked for when the document does not say it.
NEEDED = (
    "quantity",
    "voltage",
    "current",
    "short_circuit",
    "ip",
    "form",
    "cable_entry",
    "brand",
    "standard",
    "date",
)
PER_KIND = 10
AROUND = 70
MAX_LINE = 2_000


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of a document: ``kind`` of ORDER, the words, the page, and the line it stands in."""

    kind: str
    value: str
    page: int
    quote: str


def facts_of_page(page: int, text: str) -> Iterator[Fact]:
    """Every fact of a page, in the order of the rules."""
    lines = [line[:MAX_LINE] for line in text.splitlines() if line.strip()]
    for kind, rule in RULES:
        for line in lines:
            for match in rule.finditer(line):
                value = " ".join(match.group().split()).strip(" .,;:(")
                if value:
                    yield Fact(kind, value, page, _around(line, match))


def _around(line: str, match: re.Match[str]) -> str:
    """The line, or the words around the match in a long one."""
    start, end = max(0, match.start() - AROUND), match.end() + AROUND
    piece = line[start:end]
    if start:
        piece = piece.partition(" ")[2] or piece
    if end < len(line):
        piece = piece.rpartition(" ")[0] or piece
    kept = " ".join(piece.split())
    return kept if " ".join(match.group().split()) in kept else match.group().strip()


def key_facts(pages: Mapping[int, str]) -> Iterator[Fact]:
    """Each different fact once, where it stands first; at most ten of a kind."""
    seen: dict[str, set[str]] = {kind: set() for kind in ORDER}
    found: dict[str, list[Fact]] = {kind: [] for kind in ORDER}
    for page, text in pages.items():
        for fact in facts_of_page(page, text):
            name = re.sub(r"[\W_]+", "", fact.value.casefold())
            known = seen[fact.kind]
            if name not in known and len(found[fact.kind]) < PER_KIND:
                known.add(name)
                found[fact.kind].append(fact)
    for kind in ORDER:
        yield from found[kind]


def missing_of(kinds: set[str]) -> list[str]:
    """The needed kinds that were not found."""
    return [kind for kind in NEEDED if kind not in kinds]
