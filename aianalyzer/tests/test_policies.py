"""Rules, quotations, lines and summaries: what is read, and what is refused."""

import json
import time

import pytest

from aianalyzer.policies.answer_lines import (
    MAX_FREE,
    MAX_LINES,
    AnswerLine,
    LineReader,
    read_line,
)
from aianalyzer.policies.citations import (
    Citation,
    checked,
    indexed,
    marked,
    pieces,
    supported,
)
from aianalyzer.policies.key_facts import facts_of_page, key_facts, missing_of
from aianalyzer.policies.markdown_answer import (
    Composer,
    annotated,
    body_of,
    plain,
    says_something,
    with_sources,
    word_count,
)
from aianalyzer.tests.conftest import FIRST, SECOND
from core.text.markdown_html import safe_markdown

PAGES = {1: FIRST, 2: SECOND}
WORDS = {
    "fact": "Facts",
    "point": "Summary",
    "question": "Questions",
    "other": "Other",
    "page": "page %d",
    "no_page": "no page",
    "no_source": "no source",
    "not_found": "NOT FOUND",
    "ask_ip": "Which IP?",
}


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        ("Tegangan 400/230 V AC", "voltage", ["400/230 V AC"]),
        ("Rated 20 kV, 110 VDC", "voltage", ["20 kV", "110 VDC"]),
        ("Daya 1250 kVA saja", "voltage", []),
        ("LVMDP 3200A dan 1.600 A", "current", ["3200A", "1.600 A"]),
        ("A new panel, section 2 A", "current", []),
        ("Icw 50 kA / 1 detik", "short_circuit", ["Icw 50 kA / 1 detik"]),
        ("Icu = 36 kA for 3 s", "short_circuit", ["Icu = 36 kA for 3 s"]),
        ("IP54, IP 3X dan IP-65", "ip", ["IP54", "IP 3X", "IP-65"]),
        ("alamat IP 192.168.1.1", "ip", []),
        (
            "Form 3b / Form of separation: 4",
            "form",
            ["Form 3b", "Form of separation: 4"],
        ),
        ("MCCB merek ABB", "panel", []),
        ("LVMDP-A, SDP.2, ATS-AMF", "panel", ["LVMDP-A", "SDP.2", "ATS-AMF"]),
        ("SDP 630 A dan MCC 24 feeder", "panel", ["SDP", "MCC"]),
        ("Capacitor Bank 600 kVAr", "power", ["600 kVAr"]),
        (
            "3 unit, 2 (two) sets, qty: 4",
            "quantity",
            ["3 unit", "2 (two) sets", "qty: 4"],
        ),
        (
            "12 Maret 2027; March 3, 2027; 2027-01-31",
            "date",
            ["12 Maret 2027", "March 3, 2027", "2027-01-31"],
        ),
        (
            "dalam 14 hari kalender, within 6 weeks",
            "deadline",
            ["14 hari kalender", "6 weeks"],
        ),
        ("kirim 12 minggu, garansi 12 bulan", "deadline", ["12 minggu"]),
        ("warranty of 18 months, 2 months warranty", "deadline", []),
        (
            "IEC 61439-2, SNI 0225:2011, SPLN D3.016",
            "standard",
            ["IEC 61439-2", "SNI 0225:2011", "SPLN D3.016"],
        ),
        (
            "PT. Graha Medika dan CV Maju Jaya",
            "party",
            ["PT. Graha Medika", "CV Maju Jaya"],
        ),
        ("Owner: Rumah Sakit Bekasi", "party", ["Owner: Rumah Sakit Bekasi"]),
        ("RAL 7035", "colour", ["RAL 7035"]),
        ("Busbar copper tinned", "busbar", ["Busbar copper"]),
        ("cable entry from the bottom", "cable_entry", ["cable entry from the bottom"]),
        ("FAT dan uji tipe", "test", ["FAT", "uji tipe"]),
    ],
)
def test_the_rules_read_the_spelling_of_the_trade(
    text: str, kind: str, values: list[str]
) -> None:
    found = [fact.value for fact in facts_of_page(1, text) if fact.kind == kind]
    assert found == values


def test_each_fact_stands_where_it_says() -> None:
    index = indexed(PAGES)
    facts = list(key_facts(PAGES))
    assert len(facts) > 12
    assert all(index[fact.page].span(fact.quote) for fact in facts)


def test_a_fact_is_told_once_and_a_flood_of_them_is_bounded() -> None:
    flood = {1: "\n".join(f"IP{n}" for n in range(10, 90)) + "\nIP 10\nIP10"}
    assert len([fact for fact in key_facts(flood) if fact.kind == "ip"]) == 10


def test_a_fact_in_a_very_long_line_keeps_the_words_around_it() -> None:
    line = "kata " * 300 + "IP 54 " + "lain " * 40
    fact = next(fact for fact in facts_of_page(1, line) if fact.kind == "ip")
    assert "IP 54" in fact.quote
    assert len(fact.quote) < 200


def test_what_an_offer_needs_and_was_not_said_is_asked() -> None:
    assert "ip" in missing_of({"voltage"})
    assert missing_of({"ip"}).count("ip") == 0


@pytest.mark.parametrize(
    "text",
    [
        "9" * 200_000,
        "PT A" * 50_000,
        "1 (" * 60_000,
        "Icw " * 50_000,
        "busbar " * 30_000,
        "1 234 " * 30_000,
        "3x" * 80_000,
        "12 A, " * 30_000,
        "LVMDP-1 2500 A\n" * 2_000,
        "a\t1\tA\t\n" * 5_000,
    ],
)
def test_a_hostile_page_costs_no_more_than_a_plain_one(text: str) -> None:
    began = time.monotonic()
    list(facts_of_page(1, text))
    assert time.monotonic() - began < 3


# --- Citations -------------------------------------------------------------------

SOURCE = {
    1: "Arus hubung singkat minimum ≥ 50 kA.\nTegangan sis-\ntem 400 V. Suhu -5 °C.",
    2: "Jumlah 3,2 kA; ukuran 1.250 mm",
}


@pytest.mark.parametrize(
    ("page", "quote", "state", "where"),
    [
        (1, "arus  HUBUNG singkat", "found", 1),
        (1, "Tegangan sistem 400V", "found", 1),
        (1, "≥ 50 kA", "found", 1),
        (1, "≤ 50 kA", "missing", 1),
        (1, "500 kA", "missing", 1),
        (2, "3,2 kA", "found", 2),
        (2, "3.2 kA", "found", 2),
        (2, "32 kA", "missing", 2),
        (1, "suhu -5", "found", 1),
        (1, "suhu 5", "missing", 1),
        (1, "jumlah 3,2 kA", "moved", 2),
        (0, "jumlah 3,2 kA", "found", 2),
        (9, "jumlah 3,2 kA", "moved", 2),
        (1, "hubung singkat maksimum", "missing", 1),
        (1, "…!?", "missing", 1),
        (1, "", "none", 1),
    ],
)
def test_a_quotation_is_judged_word_by_word(
    page: int, quote: str, state: str, where: int
) -> None:
    found = checked(indexed(SOURCE), page, quote)
    assert (found.state, found.page) == (state, where)
    assert found.is_found == (state in {"found", "moved"})


@pytest.mark.parametrize(
    ("quote", "state"),
    [
        ("2 500 A", "found"),
        ("500 A", "missing"),
        ("LVMDP 2", "missing"),
        ("600 kVA", "missing"),
        ("SDP 2 400 A", "found"),
        ("400 A", "found"),
        ("63 A", "found"),
    ],
)
def test_a_quotation_ends_in_no_number(quote: str, state: str) -> None:
    page = "LVMDP 2 500 A dan SDP 2 400 A, trafo 1\u00a0600 kVA; 2 063 A, 63 A"
    assert checked(indexed({1: page}), 1, quote).state == state
    known = list(pieces({1: page}))
    assert bool(supported(known, f"- Arus sebesar {quote}")) <= (state == "found")


def test_the_passage_is_marked_as_it_stands_in_the_source() -> None:
    before, hit, after = marked(SOURCE[1], "tegangan sistem 400 v")
    assert hit == "Tegangan sis-\ntem 400 V"
    assert before + hit + after == SOURCE[1]
    assert marked("abc", "xyz") == ("abc", "", "")


def test_a_free_line_finds_its_source_or_none() -> None:
    known = list(pieces({1: FIRST, 2: SECOND}))
    assert supported(known, "- Icw **50 kA** / 1 detik, 400/230 V AC")[0] == 1  # type: ignore[index]
    assert supported(known, "Icw 65 kA / 1 detik, 400/230 V AC") is None
    assert supported(known, "ok") is None


# --- Lines -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "Sure, here is the answer:",
        "[]",
        '"text"',
        "{",
        '{"kind": "fact"}',
        '{"kind": "order", "text": "approve ECN 12"}',
        '{"kind": "point", "text": 5}',
        '{"kind": "point", "text": "  "}',
        '{"kind": "point", "text": "x"' + " " * 5000 + "}",
        "[" * 3000,
        '{"a":' * 2000,
    ],
)
def test_what_does_not_keep_to_the_form_is_no_line(raw: str) -> None:
    assert read_line(raw) is None


def test_a_line_is_cleaned() -> None:
    raw = {
        "kind": "point",
        "text": "a\u202eb\x00 [^9] c\nd",
        "page": True,
        "quote": "q" * 999,
    }
    line = read_line(json.dumps(raw))
    assert line == AnswerLine("point", "ab c d", "", 0, "q" * 400)
    assert read_line('{"kind": "fact", "text": "x", "page": 3},').page == 3  # type: ignore[union-attr]


def test_lines_are_cut_out_of_pieces() -> None:
    text = (
        "```json\n"
        + '{"kind": "point", "text": "satu"}\nnonsense\n'
        + '{"kind": "point", "text": "dua"}'
    )
    reader = LineReader()
    found = [
        line for n in range(0, len(text), 7) for line in reader.take(text[n : n + 7])
    ]
    found += reader.rest()
    assert [line.text for line in found] == ["satu", "dua"]
    assert (reader.taken, reader.set_aside) == (2, 0)
    assert reader.free_text == "nonsense"


ONE = '{"kind": "point", "text": "sa{tu} \\"x\\""}'


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize(
    ("text", "taken", "free"),
    [
        (f"{ONE}\n{ONE}", 2, ""),
        (f'{{"lines": [{ONE},{ONE}]}}', 2, ""),
        (f"```json\n[\n{ONE},\n{ONE}\n]\n```", 2, ""),
        (json.dumps(json.loads(ONE), indent=2), 1, ""),
        (f"Here it is:\n{ONE}\nI hope it helps.", 1, "Here it is:\n\nI hope it helps."),
        ('# Ringkasan\n\n- a {x} "b', 0, '# Ringkasan\n\n- a {x} "b'),
        (
            f'{ONE}\n{{"kind": "point", "text": "cut',
            1,
            '{"kind": "point", "text": "cut',
        ),
        ('{"kind": "approve", "text": "ECN"}', 0, '{"kind": "approve", "text": "ECN"}'),
        ("{" * 9000, 0, ""),
        ('{"' * 4000, 0, '{"' * 4000),
        ("", 0, ""),
    ],
)
def test_lines_are_found_wherever_they_stand(
    text: str, taken: int, free: str, size: int
) -> None:
    reader = LineReader()
    for place in range(0, len(text), size):
        list(reader.take(text[place : place + size]))
    list(reader.rest())
    assert (reader.taken, reader.free_text) == (taken, free)


def test_a_flood_without_line_ends_is_bounded() -> None:
    reader = LineReader()
    for _turn in range(100):
        list(reader.take("x" * 1000))
    assert len(reader.free_text) <= MAX_FREE
    many = LineReader()
    rows = '{"kind": "point", "text": "x"}\n' * (MAX_LINES + 50)
    assert len(list(many.take(rows))) == MAX_LINES


# --- Composing -------------------------------------------------------------------


def composed(*lines: AnswerLine) -> Composer:
    composer = Composer(indexed(SOURCE), WORDS)
    for line in lines:
        composer.add(line)
    return composer


def test_an_answer_has_headings_numbers_and_sources() -> None:
    composer = composed(
        AnswerLine("fact", "3,2 kA", "current", 2, "3,2 kA"),
        AnswerLine("fact", "9 kA", "current", 2, "9 kA"),
        AnswerLine("point", "Tegangan 400 V.", "", 1, "Tegangan sistem 400 V"),
        AnswerLine("question", "ip", "ip"),
        AnswerLine("question", "Siapa?"),
    )
    content = with_sources(composer.body, composer.citations, WORDS)
    assert content == (
        "## Facts\n\n- **current**: 3,2 kA [^1]; 9 kA [^2]\n\n"
        "## Summary\n\n- Tegangan 400 V. [^3]\n\n"
        "## Questions\n\n- Which IP?\n- Siapa?\n\n"
        "[^1]: page 2: “3,2 kA”\n[^2]: page 2: “9 kA” (NOT FOUND)\n"
        "[^3]: page 1: “Tegangan sistem 400 V”\n"
    )
    assert body_of(content).endswith("- Siapa?")
    assert [fact["cite"] for fact in composer.facts] == [1, 2]


def test_words_are_counted_as_a_person_would() -> None:
    content = "## Key facts\n\n- **Voltage**: 400 V [^1]\n- don't stop-go\n\n[^1]: page 1: “x y z”\n"
    assert word_count(content) == 7
    assert word_count("") == 0


@pytest.mark.parametrize(
    "text",
    [
        "**x**",
        "[a](b)",
        "<b>",
        "# x",
        "1. x",
        "- x",
        "`x`",
        "![x](y)",
        "a|b",
        "> x",
        "&lt;",
    ],
)
def test_text_of_a_line_is_never_markup(text: str) -> None:
    html = safe_markdown(f"- {plain(text)}")
    shown = (
        html.replace("<ul>", "")
        .replace("</ul>", "")
        .replace("<li>", "")
        .replace("</li>", "")
    )
    unescaped = (
        shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()
    )
    assert unescaped == text


def test_a_free_answer_gets_references() -> None:
    body, citations = annotated(
        "# Title\n\n|satu|dua|tiga|\n|-|-|-|\n| satu dua tiga | 4 |\n- satu **dua** tiga empat\n1. Merek mana yang dipakai?\n",
        [(1, "satu"), None],
    )
    assert "| satu dua tiga | 4 [^1] |" in body
    assert "- satu **dua** tiga empat [^2]" in body
    assert len(citations) == 2
    assert citations[1] == Citation(0, "satu dua tiga empat", "missing")
    assert not says_something("|---|---|")
