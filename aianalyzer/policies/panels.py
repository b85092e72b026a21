"""Panels by their names, and which panel a value of a document belongs to.

A value belongs to the panel that its line names; where the line names none, to the panel at the head of
its column or of its paragraph; in a document with a single panel to that one. Else to none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from aianalyzer.policies.quantities import NUMBER, quantities
from aianalyzer.policies.sameness import identity

ABBREVIATIONS = (
    r"LVMDP|EMDP|EMDB|EMSB|MSB|SWB|PCC|LVMDB|LVMSB|LVSB|LVDP|MVMDP|MVMDB|MVDB|PUTR|PUTM|SSDP|SMDP|SDP|SDB|MDP|MDB|MCC|ATS[-/ ]?AMF|AMF|ATS|RMU"
    r"|PHB[- ]?T[RM]|PKG|PLC panel"
)
WORDS = (
    r"(?:MV |LV )?(?:Cubicle|Switchgear|Switchboard)|Kubikel|Cap(?:acitor|\.)? ?Bank|Kapasitor Bank"
    r"|Panel (?:Kapasitor|Sinkron|Pompa|Kontrol|Distribusi|Penerangan|Daya|Utama|Genset|Lift|AC|Hydrant|Chiller|STP|PJU"
    r"|UPS|Metering|Trafo)"
    r"|(?:Synchroni[sz]ing|Control|Distribution|Lighting|Pump|Capacitor|Metering|Genset|Chiller|Hydrant|UPS|Motor Control)"
    r" Panel"
)
# Emergency, normal, floor … before what the board is.
COMPOSED = r"[A-Z]{0,3}(?:MDP|SDP|MDB|SDB|FDB|LDB|PDB|MSB|SSB|MCC|PCC|SWGR)"
# Only with a mark behind them, or they are words of their own.
SHORT = r"(?:LCP|LP|PP|DP|DB|PK|PE|PD|PL|SP|CP)(?=[-.]\w)"
MARK = r"[A-Z]{0,4}-?\d{1,3}[A-Z]?|[A-Z]{1,3}"
NOT_A_DECIMAL = r"(?!\w|[,/]\d|\.\d{3})"
NOT_A_VALUE = (
    rf"{NOT_A_DECIMAL}(?! ?[xX] ?\d)"
    r"(?! ?(?i:A|k?V|kVA|kVAr|kW|kA|Hz|feeder|unit|set|buah|bh|pcs|nos|mm|s/d|sampai|hingga|to|-|\u2013)s?(?!\w))"
)
PANEL = re.compile(
    rf"(?<![\w-])(?:(?i:{ABBREVIATIONS})(?!\w)|{COMPOSED}(?!\w)|(?i:{WORDS})(?!\w)|{SHORT})"
    rf"(?:(?:[-./](?:{MARK}){NOT_A_DECIMAL}){{1,3}}"
    rf"|(?: (?:\d[A-Z]?|\d{{2,3}}|[A-Z]\d{{0,2}}){NOT_A_VALUE})?)(?!\w)"
)
BLANK = "\ufffc"
CLASS = re.compile(WORDS, re.IGNORECASE)
LONGEST_HEADING = 90
NAMED_BY = re.compile(
    r"(?!.*\b(?:dan|and|atau|or|ke|to|dari|from)\b)[^\d,;.|\t]{0,20}", re.IGNORECASE
)
USUAL = {"1250", "1600", "2000", "2500", "3200", "4000", "5000", "6300", "1000"}
LIST = re.compile(
    r"\s{0,2}(?:,|/|&|\+|dan|and|serta|s/d|s\.d\.|sampai(?: dengan)?|to|hingga|-|\u2013)\s{0,2}(?:panel\s)?",
    re.IGNORECASE,
)
EVERY = re.compile(
    r"\b(?:semua|seluruh|setiap|tiap|masing-masing) panel|\b(?:keduanya|ketiganya|semuanya)\b|\b(?:all|each|every|both) (?:of the )?(?:panels?|boards?|switchboards?)"
    r"|^\s*(?:approved\s|daftar\s)?(?:brands?|makes?|vendors?|merk|merek)\b",
    re.IGNORECASE,
)
# Where the line leads to: its values are of the panel that it comes from.
TOWARDS = re.compile(
    r"(?:\b(?:to|ke|menuju|feeds?|feeding|supply to|for)|->|\u2192)\s*(?:panel\s)?$",
    re.IGNORECASE,
)
# "Form 3b untuk LVMDP": the value is aimed at what follows.
FOR = re.compile(
    r"\s*(?:untuk|for|of|pada|di|in|on|at)\s+(?:the\s|panel\s){0,2}", re.IGNORECASE
)
# "the 2500 A LVMDP and the 400 A SDP-1"
CONJUNCTION = re.compile(r"\b(?:and|dan|serta)\s(?:the\s|an?\s)?$", re.IGNORECASE)
COMES_FROM = re.compile(
    r"\b(?:dari|from|ex|fed by)\s+(?:the\s|panel\s)?$", re.IGNORECASE
)
# What may stand before a panel that heads its paragraph: a number, and words such as "Panel".
HEAD = re.compile(
    r"[\W\d]*(?:[A-Z]\s*[.)]|[IVX]{1,4}\s*[.)])?[\W\d]*(?:(?:item|pos|no|tag|name|nama|type|tipe|jenis|panel|board|data"
    r"|sheet|equipment|peralatan|pengadaan|supply|of|pekerjaan|unit|set|buah|ea|re|subject|perihal|lv|tr)\W+){0,5}[\W\d]*",
    re.IGNORECASE,
)
NEW_PART = re.compile(
    r"\s*(?:\d{1,2}(?:\.\d{1,2}){0,3}[.)]?|[A-Z][.)]|[IVX]{1,4}[.)])\s+[^\W\d][^\t|;:]{2,60}:?\s*"
)
# How a line is numbered: the next with the same numbering, or a higher one, ends a paragraph.
NUMBERED = re.compile(
    r"\s*(?:(?P<word>(?i:pasal|bab|bagian|section|article|clause|chapter|part|item|butir|pos)\s\w{1,4}(?=[\s:.]))|(?P<digits>\d{1,3}(?:\.\d{1,3}){0,3})|(?P<letter>[A-Za-z]\d{0,2})|(?P<roman>[IVX]{2,4})|(?P<dash>[-\u2022*\u2013]))"
    r"(?:\s?[.)|\t]\s*|(?<=[-\u2022*\u2013])\s|\s{2,}|(?<=\d)\s)(?=\S)"
)
TITLE = re.compile(r"\s*[A-Z][A-Z &/,()-]{3,60}:?\s*")
CELLS = re.compile(r"\t|\s?\|\s?| {3,}")


@dataclass(frozen=True, slots=True)
class NamedPanel:
    """A panel in a line."""

    start: int
    end: int
    name: str


def panels_in(line: str) -> list[NamedPanel]:
    """The panels of a line, in its order; "Panel utama MDP" is the MDP."""
    every = list(_panels(line))
    found: list[NamedPanel] = []
    for each in every:
        before = found[-1] if found else None
        gap = line[before.end : each.start] if before else ""
        if before and CLASS.fullmatch(before.name) and NAMED_BY.fullmatch(gap):
            found[-1] = NamedPanel(before.start, each.end, each.name)
        else:
            found.append(each)
    return found


def _panels(line: str) -> Iterator[NamedPanel]:
    for found in PANEL.finditer(line):
        name, end = found.group(), found.end()
        head, _gap, last = name.rpartition(" ")
        if last.isdigit() and (head.isupper() and _is_thousands(last, line[end:])):
            name, end = head, found.start() + len(head)
        yield NamedPanel(found.start(), end, name)


def _is_thousands(last: str, after: str) -> bool:
    """ "LVMDP 2 500 A" is an LVMDP of 2500 A; "SDP 2 400 A" is SDP 2."""
    hundreds = re.match(r"[ \u00a0](\d{3})\s?A\b", after)
    return bool(hundreds) and f"{last}{hundreds[1] if hundreds else ''}" in USUAL


def masked(line: str, spans: list[tuple[int, int]]) -> str:
    """The line with names blanked, so that no number is read out of them."""
    for start, end in spans:
        line = line[:start] + BLANK * (end - start) + line[end:]
    return line


def whole_numbers(line: str) -> Iterator[tuple[int, int]]:
    """Where each number of a line stands, with its thousands; digits of names are none."""
    clear = masked(line, [(each.start, each.end) for each in panels_in(line)])
    for found in NUMBER.finditer(clear):
        yield found.span()


@dataclass
class Joiner:
    """Reads a document line by line and says which panels a place of the line belongs to."""

    head: tuple[str, ...] = ()
    columns: dict[int, str] = field(default_factory=dict)
    numbering: tuple[str, int] = ("", 0)
    is_row: bool = False
    is_soft: bool = True
    line: str = ""
    here: list[NamedPanel] = field(default_factory=list)

    def take(self, line: str) -> None:
        """The next line of the document."""
        self.line, self.here = line, panels_in(line)
        if self.head:  # "from LVMDP" says where a cable of this panel comes from
            self.here = [
                each for each in self.here if not COMES_FROM.search(line[: each.start])
            ] or self.here[:0]
        if self._is_header():
            self.columns = {self._cell(each.start): each.name for each in self.here}
            self._forget()
        elif self.here:
            self._take_named()
        elif self._ends_part():
            self._forget()
            self.columns = {}

    def _take_named(self) -> None:
        """A heading is of its panel until the next; a sentence that names one panel is so for want of a heading."""
        self.columns = {}
        is_head = self._is_head()
        names = {identity(each.name) for each in self.here}
        if is_head or (self.is_soft and len(names) == 1):
            self.head, self.is_soft = _groups(self.line, self.here)[0], not is_head
            self.numbering = _numbering(self.line)
            self.is_row = len(CELLS.split(self.line)) > 2
        elif len(names) > 1:
            self._forget()

    def _forget(self) -> None:
        self.head, self.is_soft = (), True

    def _is_head(self) -> bool:
        """Whether the line says of which panel the next lines speak: it begins with it, or is a heading."""
        if HEAD.fullmatch(self.line[: self.here[0].start]):
            return True
        rest = self.line[self.here[-1].end :].rstrip()
        is_heading = (
            NUMBERED.match(self.line) or rest.endswith(":") or not rest.strip(") ")
        )
        spans = [(each.start, each.end) for each in self.here]
        is_short = len(self.line) <= LONGEST_HEADING
        return (
            bool(is_heading)
            and is_short
            and not any(quantities(masked(self.line, spans)))
        )

    def _is_header(self) -> bool:
        """A row whose cells are panels: the values of the rows below stand under them."""
        cells = [each for each in CELLS.split(self.line) if each.strip()]
        names = [
            each
            for each in cells
            if PANEL.fullmatch(each.strip().removeprefix("Panel "))
        ]
        return len(names) > 1 and len(names) >= len(cells) - 3

    def _ends_part(self) -> bool:
        if self.columns:
            return len(CELLS.split(self.line)) < 2
        if self.is_row and len(CELLS.split(self.line)) < 2 and self._is_sentence():
            return True
        style, depth = _numbering(self.line)
        if self.numbering[0] == "dash" and not style and self.line[:1].isupper():
            return True
        if style and style == self.numbering[0] and depth <= self.numbering[1]:
            return True
        is_part = NEW_PART.fullmatch(self.line) or TITLE.fullmatch(self.line)
        return bool(is_part) and not any(quantities(self.line))

    def _is_sentence(self) -> bool:
        """Below a row: words of their own, neither a dash nor a label with its value."""
        return self.line[:1].isalpha() and ":" not in self.line

    def _cell(self, place: int) -> int:
        return len(CELLS.findall(self.line[:place]))

    def panels_of(
        self, start: int, end: int, *, is_count: bool = False
    ) -> tuple[str, ...]:
        """The panels that what stands here belongs to."""
        if EVERY.search(self.line):
            return ()
        if not self.here:
            column = self.columns.get(self._cell(start))
            return (column,) if column else self.head
        before = [each for each in self.here if each.start <= start]
        after = [each for each in self.here if each.start > start]
        is_aimed = after and self._is_aimed(start, end, after[0], is_count=is_count)
        if after and (not before or is_aimed):
            is_outgoing = TOWARDS.search(self.line[: after[0].start]) and not before
            is_of_head = is_outgoing and self.head and not is_count
            return (
                self.head if is_of_head else _group_of(self.line, self.here, after[0])
            )
        return _group_of(self.line, self.here, before[-1])

    def _is_aimed(
        self, start: int, end: int, panel: NamedPanel, *, is_count: bool
    ) -> bool:
        """Whether a value is of the panel behind it although another stands before."""
        between = self.line[end : panel.start]
        is_for = FOR.fullmatch(between) or (
            not between.strip() and CONJUNCTION.search(self.line[:start])
        )
        return bool(is_for) or (is_count and self._leads_to(end, panel))

    def _leads_to(self, end: int, panel: NamedPanel) -> bool:
        """ "2 unit panel SDP-1": the count stands before its panel."""
        between = self.line[end : panel.start]
        return len(between) <= 25 and not re.search(r"[,;|\t]|\d", between)


def _numbering(line: str) -> tuple[str, int]:
    """How a line is numbered, and how deep."""
    found = NUMBERED.match(line)
    if found is None:
        return "", 0
    return found.lastgroup or "", (found["digits"] or "").count(".") + 1


def _groups(line: str, here: list[NamedPanel]) -> list[tuple[str, ...]]:
    """Panels that are told in one breath: "SDP-1, SDP-2 dan SDP-3"."""
    groups = [[here[0]]]
    for one, other in pairwise(here):
        if LIST.fullmatch(line[one.end : other.start]):
            groups[-1].append(other)
        else:
            groups.append([other])
    return [tuple(each.name for each in group) for group in groups]


def _group_of(line: str, here: list[NamedPanel], panel: NamedPanel) -> tuple[str, ...]:
    place = here.index(panel)
    for group in _groups(line, here):
        if place < len(group):
            return group
        place -= len(group)
    return (panel.name,)
