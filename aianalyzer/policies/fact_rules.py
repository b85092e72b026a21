"""What the trade writes, in Indonesian and English, without a number and its unit.

All repetitions are bounded: a hostile text costs no more time than a plain one of its length.
"""

import re

MONTHS = (
    r"(?:Jan(?:uari|uary)?|Feb(?:ruari|ruary)?|Mar(?:et|ch)?|Apr(?:il)?|Mei|May|Jun[ie]?|Jul[iy]?"
    r"|Agu(?:stus)?|Agt|Ags|Aug(?:ust)?|Sep(?:t(?:ember)?)?|Okt(?:ober)?|Oct(?:ober)?|Nov(?:ember)?"
    r"|Des(?:ember)?|Dec(?:ember)?)\.?"
)
BRANDS = (
    r"Schneider(?: Electric)?|ABB|Siemens|Mitsubishi(?: Electric)?|Legrand|Socomec|Terasaki|Eaton|Hager|Chint"
    r"|LS Electric|Fuji Electric|Omron|Phoenix Contact|Rittal|Merlin Gerin|Deif|Deep Sea|Noark|Hyundai"
)
# Which of these names say nothing unless they stand in capitals.
CAPITALS = r"PUIL|ANSI|IEEE|NEMA|ISO|LMK|BS EN|BS|EN|UL|DIN"
NUMBERED = r"(?:[ -]IEC)?[ -]{0,2}(?:No\.? ?)?[A-Z]?\d[\d.:/-]{0,14}\d(?:[:-]\d{4})?\b"
RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ip", re.compile(r"\bIP\s?-?\s?\d[\dX](?:[A-D]|W)?\b(?!\.\d)", re.IGNORECASE)),
    ("ik", re.compile(r"\bIK\s?-?\s?\d{2}\b", re.IGNORECASE)),
    (
        "form",
        re.compile(
            r"\b(?:Form|Bentuk)(?:\s(?:of|pemisahan|internal|separation)){0,3}\s{0,2}[:=-]?\s{0,2}[1-4](?: ?[ab])?\b"
            r"(?:\s?type\s?[1-7]\b)?",
            re.IGNORECASE,
        ),
    ),
    (
        "form",
        re.compile(
            r"\b(?:form|separation|bentuk pemisahan|pemisahan)\s{0,2}[:\t|]\s{0,2}(?P<value>[1-4]\s?[ab])\b",
            re.IGNORECASE,
        ),
    ),
    (
        "penalty",
        re.compile(r"(?<![\w.,/])1\s?/\s?1\.?000(?![\w/]|[.,]\d)"),
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
            r"\b(?:cable (?:entry|entries)|(?:arah )?masuk(?:an)? kabel|kabel masuk)\b[^\n.;]{0,30}?\b(?:top|bottom|atas|bawah)\b"
            r"|\b(?:top|bottom)(?: (?:and|or|/) (?:top|bottom))? cable entr(?:y|ies)\b",
            re.IGNORECASE,
        ),
    ),
    ("colour", re.compile(r"\bRAL\s?-?\s?\d{4}\b", re.IGNORECASE)),
    (
        "brand",
        re.compile(
            rf"\b(?:{BRANDS}|(?i:Schneider|Siemens|Mitsubishi|Legrand|Socomec|Terasaki))\b"
        ),
    ),
    (
        "standard",
        re.compile(rf"\b(?:(?i:IEC|SNI|SPLN)|{CAPITALS}){NUMBERED}"),
    ),
    (
        "test",
        re.compile(
            r"\b(?:FAT|SAT|[Tt]ype[- ][Tt]est(?:ed)?|[Rr]outine [Tt]ests?|[Uu]ji (?:[Rr]utin|[Tt]ipe|[Jj]enis)"
            r"|[Ff]actory [Aa]cceptance [Tt]est)\b"
        ),
    ),
    (
        "date",
        re.compile(
            rf"(?<![\w/.-])(?:\d{{1,2}}(?:st|nd|rd|th)?[ -](?:of )?{MONTHS}[ -](?:\d{{4}}|\d{{2}})|{MONTHS}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}}"
            r"|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}[-/]\d{2}[-/]\d{2}|\d{1,2}/\d{1,2}/\d{2}(?! ?(?:k?[AV]|k[WA]|kVA|Hz|mm)\b))(?![\w/]|[.-]\d)",
            re.IGNORECASE,
        ),
    ),
    (
        "party",
        re.compile(
            r"\b(?:PT|CV|UD)\.?\s(?:[A-Z][\w&'-]{1,30}\.?)(?:\s(?:[A-Z][\w&'-]{0,30}|&)){0,4}(?:\s\(?(?:Persero|Tbk)\)?\.?)?"
            r"|\b(?:Client|Owner|Customer|Consultant|Contractor|Employer|Pemilik|Pelanggan|Konsultan|Kontraktor|Pemberi Tugas)\s{0,2}:\s{0,3}[A-Z][^\n;:\t|]{2,60}"
        ),
    ),
    (
        "project",
        re.compile(
            r"(?<![\w-])(?:Nama Proyek|Proyek|Nama Pekerjaan|Project(?: Name)?)\s{0,3}[:\t|]\s{0,3}(?P<value>[^\n;\t|]{3,80})",
            re.IGNORECASE,
        ),
    ),
    (
        "delivery",
        re.compile(
            r"\b(?:franco|loco|FOT|FOB|CIF|DDP|DAP|EXW|Ex[- ]?works)\b(?:[ :]{1,2}[^\n.;,\t|()]{2,40})?",
            re.IGNORECASE,
        ),
    ),
)
# What a duration or a percentage is about: the word nearest before it, else after it.
ABOUT: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "warranty",
        re.compile(
            r"\b(?:garansi|warranty|guarantee|jaminan mutu|(?:masa )?pemeliharaan|defects? liability|DLP)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "penalty",
        re.compile(
            r"\b(?:denda|penalty|penalties|liquidated damages?|LDs?|keterlambatan|late delivery|delay damages)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "payment",
        re.compile(
            r"\b(?:(?:term of )?payments?|pembayaran|termin|uang muka|down ?payment|DP|invoice|tagihan|pelunasan|sisanya|balance|advance"
            r"|retensi|retention|progress payment|NET|TOP)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "deadline",
        re.compile(
            r"\b(?:delivery|pengiriman|penyerahan|deliver(?:ed)?|kirim|lead time|waktu|masa pelaksanaan|pelaksanaan|penyelesaian|complet(?:e|ed|ion)|execution|within|dalam|jadwal|validity|berlaku|approval)\b",
            re.IGNORECASE,
        ),
    ),
)
# "24 months from delivery": what comes before the duration's start is not what it is about.
AFTER = re.compile(
    r"\b(?:from|after|before|of|following|upon|sejak|setelah|sesudah|sebelum|dari|saat|terhitung|s/d)\s+(?:the\s|tanggal\s)?$",
    re.IGNORECASE,
)
PER = re.compile(
    r"\s{0,2}(?:per|/|setiap|for each|of)\s{0,2}(?:hari|day|week|minggu|bulan|month)\b(?:\s(?:keterlambatan|of delay))?",
    re.IGNORECASE,
)
