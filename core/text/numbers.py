"""Reads a number as people write it here and abroad; ``static/js/numbers.js`` reads it alike."""

import re
from decimal import Decimal

MAX_LENGTH = 60
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
MINUSES = "\u2010\u2011\u2012\u2013\u2014\u2212"
CURRENCY = re.compile(r"(?:rp\.?|idr)", re.IGNORECASE)
# Rupiah without cents are written ``1.250.000,-``.
NO_CENTS = re.compile(r"[.,]-$")
DIGITS = re.compile(r"\d+")
# Groups of three behind one mark, and perhaps a decimal mark that is another one.
GROUPED = re.compile(
    r"([1-9]\d{0,2})((?P<mark>[., '])\d{3}(?:(?P=mark)\d{3})*)(?:(?P<point>[.,])(\d*))?"
)
PLAIN = re.compile(r"(\d*)[.,](\d*)")
# One mark and three digits: thousands to some, thousandths to others.
TWO_WAYS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")


def read_number(text: str) -> Decimal:
    """Return what ``text`` means: ``Rp 1.250.000,50``, ``1,250,000.50`` and ``1250000.5`` alike.

    Of two marks the last is the decimal one. A single dot with three digits behind it groups
    thousands (``1.250``), a single comma never does (``1,250`` is 1.25): so it is written here.
    Raises ValueError for what is no number, or one in no usual spelling (``12.5.5``).
    """
    sign, bare = _bared(text)
    return Decimal(sign + _plain(bare))


def is_ambiguous(text: str) -> bool:
    """Whether people of different countries read different numbers: ``1.250``, ``1,250``."""
    return bool(TWO_WAYS.fullmatch(_bared(text)[1]))


def is_comma_of_two(text: str) -> bool:
    """Whether it is ``1,250``: 1.25 as it is written here, and a thousand in English."""
    return is_ambiguous(text) and "," in _bared(text)[1]


def _bared(text: str) -> tuple[str, str]:
    """Sign and digits with their marks, without currency, padding and what cannot be seen."""
    if len(text) > MAX_LENGTH:
        raise ValueError("too long for a number")
    bare = text.translate(dict.fromkeys(map(ord, INVISIBLE)))
    bare = bare.translate(dict.fromkeys(map(ord, MINUSES), "-")).replace("\u2019", "'")
    bare, has_no_cents = NO_CENTS.subn("", CURRENCY.sub("", bare, count=1).strip())
    sign = bare[:1] if bare[:1] in {"-", "+"} else ""
    bare = bare.removeprefix(sign).strip()
    # The sign may stand before the currency or behind it, but once.
    bare = CURRENCY.sub("", bare, count=1).strip() if not sign else bare
    # Where the cents are left out by name, the mark before them parts thousands.
    if has_no_cents and TWO_WAYS.fullmatch(bare):
        bare = re.sub(r"\D", "", bare)
    return sign.replace("+", ""), " ".join(bare.split())


def _plain(bare: str) -> str:
    """As Python writes it: digits, and perhaps a dot."""
    if not bare.isascii():
        raise ValueError("digits of another script")
    if DIGITS.fullmatch(bare):
        return bare
    found = GROUPED.fullmatch(bare)
    if found and _is_grouped(found):
        return _pointed(re.sub(r"\D", "", found[1] + found[2]), found[5] or "")
    found = PLAIN.fullmatch(bare)
    if found is None or not (found[1] or found[2]):
        raise ValueError("not a number")
    return _pointed(found[1] or "0", found[2])


def _pointed(whole: str, rest: str) -> str:
    return f"{whole}.{rest}" if rest else whole


def _is_grouped(found: re.Match[str]) -> bool:
    """A comma groups only where there are two of them, or a dot behind; two marks must differ."""
    mark, point = found["mark"], found["point"]
    return mark != point and (mark != "," or bool(point) or found[2].count(",") > 1)
