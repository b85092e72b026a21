"""Key facts of a document by rules, in Indonesian and English: each with panel, page and place.

The rules know the trade's spelling (LVMDP, Icw 50 kA / 1 s, IP 54, Form 3b, SNI, SPLN, PUIL); they
read what is written and conclude nothing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from aianalyzer.policies.fact_rules import ABOUT, AFTER, PER, RULES
from aianalyzer.policies.panels import BLANK, NEW_PART, TITLE, Joiner, masked
from aianalyzer.policies.quantities import Quantity, quantities
from aianalyzer.policies.sameness import SEPARATOR, identity
from aianalyzer.policies.table_quantities import TableUnits, cells_of

# In the order in which they are told.
ORDER = (
    "panel", "quantity", "voltage", "current", "short_circuit", "frequency", "power", "ip", "ik", "form", "busbar",
    "cable_entry", "cable", "transformer", "colour", "brand", "dimensions", "standard", "test", "date", "deadline",
    "delivery", "warranty", "penalty", "payment", "party", "project",
)  # fmt: skip
# What is true of the document as a whole, whatever panel stands beside it.
OF_DOCUMENT = {
    "test", "date", "deadline", "delivery", "warranty", "penalty", "payment", "party", "project",
}  # fmt: skip
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
PER_PANEL = 10  # of a kind
PER_KIND = 60
PER_DOCUMENT = 300
MOST = 40_000  # repetitions included; bounds the memory of a hostile document
AROUND = 70
MAX_LINE = 2_000
COUNT = re.compile(
    r"\b(?:qty|quantity|jumlah|kuantitas)\s{0,3}[:=]\s{0,3}\d{1,4}\b(?!\s?(?:units?|sets?|pcs|buah|bh|panels?)\b)",
    re.IGNORECASE,
)
# Words for any panel: where others have names, these are none.
GENERIC = re.compile(
    r"(?:MV |LV )?(?:Cubicle|Switchgear|Switchboard)|Kubikel", re.IGNORECASE
)
COUNT_LABEL = re.compile(r"\b(?:qty|quantity|jumlah|jml|kuantitas)\b", re.IGNORECASE)
STRENGTH = re.compile(
    r"\bI(?:cw|cu|cs|pk|cc|k|th|sc)\s{0,3}[=:≥>]{0,2}\s{0,3}$", re.IGNORECASE
)
BUSBAR = re.compile(r"\b(?:busbars?|bus bars?|rel)\b[^.;|\t]{0,40}$", re.IGNORECASE)
SIDE = re.compile(
    r"\b(?:tinggi|lebar|kedalaman|panjang|tebal|ketebalan|height|width|depth|length|thickness|thick|plinth|dimensi|dimensions?|ukuran|size)\b[^.;]{0,30}$",
    re.IGNORECASE,
)
SIDE_AFTER = re.compile(r"\s{1,2}(?:high|wide|deep|thick|tall|long)\b", re.IGNORECASE)
SOON = re.compile(
    r"\s{0,2}(?:\(?\w+\)?\s){0,2}?(?:garansi|warranty|guarantee)\b", re.IGNORECASE
)
INVOICED = re.compile(
    r"\s{1,2}(?:setelah|after|from|sejak|dari)\s(?:\w+\s){0,3}?(?:invoice|tagihan|kuitansi)\b",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"[.;]\s")
CLAUSE = re.compile(r"[,;|\t(:]|\.\s|\s-\s|\d\.\s")
CT_SECONDARY = {1, 5}
PART = re.compile(
    r"\b(?:trafo arus|CT|MCCB|MCB|ACB|kabel|cable|lampu|lamps?|meter|rela[yi]|fuse|sekring|terminal|breakers?|pemutus"
    r"|kontaktor|contactor|gland|kolom|pintu|motor|pompa|pumps?|saklar)\b",
    re.IGNORECASE,
)
LOT = re.compile(r"\blots?\b", re.IGNORECASE)
DAYS = re.compile(r"hari|minggu|bulan|days?|weeks?|months?", re.IGNORECASE)
PLAIN_KIND = {
    "voltage": "voltage",
    "frequency": "frequency",
    "power": "power",
    "area": "cable",
    "count": "quantity",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of a document: ``kind`` of ORDER, the words, the page, the line it stands in, and the panel
    that it belongs to, if any."""

    kind: str
    value: str
    page: int
    quote: str
    panel: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A fact in its line."""

    kind: str
    value: str
    start: int
    end: int
    at: int = -1  # where its number begins, when a symbol stands before it


class LineReader:
    """Reads lines in their order, and remembers what heads them."""

    def __init__(self) -> None:
        self.joiner = Joiner()
        self.units = TableUnits()
        self.section = ""

    def facts(self, page: int, line: str) -> Iterator[Fact]:
        """Every fact of the next line, once for each panel that it belongs to."""
        self.joiner.take(line)
        self._enter(line)
        for found in sorted(self._found(line), key=lambda each: each.start):
            panels = self._panels(line, found)
            if panels is None:
                continue
            quote = around(line, found.start, found.end)
            for panel in panels or ("",):
                yield Fact(found.kind, found.value, page, quote, panel)

    def _enter(self, line: str) -> None:
        """A heading says what the percentages and durations below it are about."""
        is_head = (
            NEW_PART.fullmatch(line)
            or TITLE.fullmatch(line)
            or line.rstrip().endswith((":", "?"))
        )
        if is_head and not any(quantities(line)):
            about = [kind for kind, rule in ABOUT if rule.search(line)]
            self.section = about[0] if about else ""

    def _panels(self, line: str, found: Found) -> tuple[str, ...] | None:
        """The panels that a fact belongs to; None for the count of a part of a panel, which is no fact."""
        if found.kind in OF_DOCUMENT or found.kind == "panel":
            return ()
        is_count = found.kind == "quantity"
        place = max(found.start, found.at)
        names = self.joiner.panels_of(place, found.end, is_count=is_count)
        is_under = bool(self.joiner.here or self.joiner.columns)
        if is_count and not is_under and self._is_of_parts(line, found):
            return None
        is_part = (
            is_count and names and not self.joiner.here and not self.joiner.columns
        )
        if is_part and not COUNT_LABEL.search(line):
            return None
        return names

    def _is_of_parts(self, line: str, found: Found) -> bool:
        """Whether a count without a panel in its line is one of cables, works and other parts."""
        is_bare = found.value.isdigit() or LOT.search(found.value)
        is_bare = is_bare or PART.search(line[: found.start])
        return bool(is_bare) or len(cells_of(line)) > 2

    def _found(self, line: str) -> Iterator[Found]:
        spans = [(each.start, each.end) for each in self.joiner.here]
        for each in self.joiner.here:
            yield Found("panel", each.name, each.start, each.end)
        for kind, rule in RULES:
            for match in rule.finditer(line):
                yield _worded(kind, match)
                if kind in {"standard", "date", "ip", "ik", "form", "colour"}:
                    spans.append(match.span())
        clear = masked(line, spans)
        for match in COUNT.finditer(clear):
            yield _worded("quantity", match)
        for quantity in [*quantities(clear), *self.units.take(clear)]:
            yield from self._of_quantity(clear, quantity)

    def _of_quantity(self, line: str, quantity: Quantity) -> Iterator[Found]:
        before = line[: quantity.start]
        kind, value, start, end = (
            quantity.kind,
            quantity.text,
            quantity.start,
            quantity.end,
        )
        if kind in {"duration", "share"}:
            yield from self._of_terms(line, quantity)
        elif kind == "short_circuit":
            strength = STRENGTH.search(before)
            start = strength.start() if strength else start
            value = f"{strength.group() if strength else ''}{value}"
            yield Found(kind, value, start, end, quantity.start)
        elif kind == "current" and not quantity.unit.startswith("mA"):
            is_ratio = (
                quantity.joints[-1:] == ("ratio",)
                and quantity.numbers[-1] in CT_SECONDARY
            )
            yield Found("transformer" if is_ratio else kind, value, start, end)
        elif kind == "length":
            yield from _of_length(before, line[quantity.end :], quantity)
        elif kind in PLAIN_KIND:
            yield Found(PLAIN_KIND[kind], value, start, end)

    def _of_terms(self, line: str, quantity: Quantity) -> Iterator[Found]:
        kind = self._about(line, quantity)
        start, end = quantity.start, quantity.end
        if kind == "payment":
            start, end = _clause(line, start, end)
        elif kind == "penalty":
            per = PER.match(line, end)
            end = per.end() if per else end
        is_time = quantity.kind == "duration"
        if kind == "deadline" and not (is_time and DAYS.search(quantity.unit)):
            return
        if kind and (is_time or kind != "warranty"):
            yield Found(kind, line[start:end], start, end)

    def _about(self, line: str, quantity: Quantity) -> str:
        """What a duration or a percentage is about."""
        before, after = line[: quantity.start], line[quantity.end :]
        is_time = quantity.kind == "duration"
        if is_time and SOON.match(after):
            return "warranty"
        if is_time and INVOICED.match(after):
            return "payment"
        sentence = SENTENCE_END.split(before)[-1]
        near = _nearest(sentence, is_last=True)
        if not near and not is_time:
            near = _nearest(SENTENCE_END.split(after)[0][:60], is_last=False)
        near = near or _nearest(before, is_last=True)
        return near or self.section or ("deadline" if is_time else "")


def _nearest(text: str, *, is_last: bool) -> str:
    """The subject whose word stands last (or first) in a text."""
    places = [
        (match.start(), kind)
        for kind, rule in ABOUT
        for match in rule.finditer(text)
        if not AFTER.search(text[: match.start()])
    ]
    if not places:
        return ""
    return (max if is_last else min)(places)[1]


def _clause(line: str, start: int, end: int) -> tuple[int, int]:
    """The words around a payment's part, up to the next mark."""
    left = max(
        [each.end() for each in CLAUSE.finditer(line, 0, start)] + [start - AROUND, 0]
    )
    following = CLAUSE.search(line, end)
    right = min(following.start() if following else len(line), end + AROUND)
    return left, right


def _of_length(before: str, after: str, quantity: Quantity) -> Iterator[Found]:
    """A body's sides, a busbar's section, or a side that is named; other lengths are no facts."""
    is_body = "times" in quantity.joints
    if BUSBAR.search(before) and is_body:
        yield Found("busbar", quantity.text, quantity.start, quantity.end)
    elif is_body or SIDE.search(before) or SIDE_AFTER.match(after):
        yield Found("dimensions", quantity.text, quantity.start, quantity.end)


def _worded(kind: str, match: re.Match[str]) -> Found:
    group = "value" if "value" in match.re.groupindex else 0
    value = match.group(group)
    if kind == "form" and group:
        value = f"Form {value}"
    return Found(kind, value, match.start(group), match.end(group))


def facts_of_page(
    page: int, text: str, reader: LineReader | None = None
) -> Iterator[Fact]:
    """Every fact of a page, line by line."""
    reader = reader or LineReader()
    for line in text.splitlines():
        if line.strip():
            for fact in reader.facts(page, line[:MAX_LINE]):
                value = " ".join(fact.value.split()).strip(f" .,;:-{BLANK}")
                value = value if ")" in value else value.lstrip("( ")
                if value and BLANK not in value:
                    yield replace(fact, value=value)


def around(line: str, first: int, last: int) -> str:
    """The line, or the words around a place of it in a long one."""
    start, end = max(0, first - AROUND), last + AROUND
    piece = line[start:end]
    if start:
        piece = piece.partition(" ")[2] or piece
    if end < len(line):
        piece = piece.rpartition(" ")[0] or piece
    kept, words = " ".join(piece.split()), " ".join(line[first:last].split())
    return kept if words in kept else words


def key_facts(pages: Mapping[int, str]) -> Iterator[Fact]:
    """Each different fact of a panel once, where it stands first; of each kind so many at most."""
    reader = LineReader()
    each = (
        fact
        for page, text in pages.items()
        for fact in facts_of_page(page, text, reader)
    )
    every = list(islice(each, MOST))
    found: dict[str, list[Fact]] = {kind: [] for kind in ORDER}
    seen: dict[tuple[str, str, str], int] = {}
    counts: dict[tuple[str, str], int] = {}
    for fact in _named(every):
        name = identity(fact.panel)
        key, group = (fact.kind, name, identity(fact.value)), (fact.kind, name)
        most = PER_KIND if fact.kind == "panel" else PER_PANEL
        if key not in seen and counts.get(group, 0) < most:
            seen[key] = counts[group] = counts.get(group, 0) + 1
            found[fact.kind].append(fact)
    yield from _fitting(found)


def _named(facts: Iterable[Fact]) -> Iterator[Fact]:
    """The facts with each panel in its first spelling; the only panel of a document has all of them."""
    rows = list(facts)
    names: dict[str, str] = {}
    for fact in rows:
        for name in (fact.value if fact.kind == "panel" else "", fact.panel):
            names.setdefault(identity(name), name)
    names.pop("", None)
    classes = {key for key, name in names.items() if _is_class(name)}
    if len(classes) < len(names):
        names = {key: name for key, name in names.items() if key not in classes}
        rows = [
            fact
            for fact in rows
            if fact.kind != "panel" or identity(fact.value) in names
        ]
    _merge_bare(names)
    only = next(iter(names.values())) if len(set(names.values())) == 1 else ""
    for fact in rows:
        if fact.kind == "panel":
            yield replace(fact, value=names.get(identity(fact.value), fact.value))
        elif fact.kind in OF_DOCUMENT:
            yield fact
        else:
            yield replace(fact, panel=names.get(identity(fact.panel), only))


def _is_class(name: str) -> bool:
    """ "Kubikel", "panel utama": a kind of panel, not one of them."""
    last = name.rsplit(maxsplit=1)[-1]
    return bool(GENERIC.fullmatch(name)) or (name != last and last.islower())


def _merge_bare(names: dict[str, str]) -> None:
    """ "LVMDP" is LVMDP-A, where there is no other LVMDP."""
    for key in [key for key in names if SEPARATOR not in key and key != "ats"]:
        marked = {
            name for other, name in names.items() if other.startswith(key + SEPARATOR)
        }
        if len(marked) == 1:
            names[key] = marked.pop()


def _fitting(found: Mapping[str, list[Fact]]) -> Iterator[Fact]:
    """As many of each kind as an answer holds, so that no kind crowds out another."""
    most = PER_KIND
    while sum(min(len(rows), most) for rows in found.values()) > PER_DOCUMENT:
        most -= 1
    for kind in ORDER:
        yield from found[kind][:most]


def missing_of(kinds: set[str]) -> list[str]:
    """The needed kinds that were not found."""
    return [kind for kind in NEEDED if kind not in kinds]
