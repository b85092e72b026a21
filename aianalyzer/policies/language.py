"""The language of a text, and the words without meaning of their own."""

import re

WORDS_ID = (
    "yang dan di ke dari untuk dengan pada adalah dalam ini itu tidak akan harus oleh sebagai atau"
    " juga serta dapat telah sudah bila jika maka karena agar hingga sampai setiap semua antara para"
    " tersebut secara dimana bahwa ada lebih kami kita anda sesuai minimal maksimal wajib termasuk"
    " berikut saat setelah sebelum tanpa hanya lain masing masing-masing"
)
WORDS_EN = (
    "the and of to in for with on at by from is are was were be been shall should must will may can"
    " this that these those it its as or an a not no all any each which who than then there their our"
    " we you your if when where into per such also other only between during after before according"
    " including following minimum maximum required"
)
INDONESIAN, ENGLISH = frozenset(WORDS_ID.split()), frozenset(WORDS_EN.split())
STOPWORDS = INDONESIAN | ENGLISH
WORD = re.compile(r"[^\W\d_]{2,}")
SAMPLE = 200_000


def language_of(text: str) -> str:
    """``id`` or ``en``, by the small words; Indonesian where it cannot be told."""
    words = [word.casefold() for word in WORD.findall(text[:SAMPLE])]
    indonesian = sum(word in INDONESIAN for word in words)
    return "en" if sum(word in ENGLISH for word in words) > indonesian else "id"
