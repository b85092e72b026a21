"""The facts of an answer as a table: a row for each panel, each value with its source."""

import re

from django.test import Client

from aianalyzer.queries.fact_table import fact_table
from aianalyzer.queries.record import answer_html, fact_pairs
from aianalyzer.queries.sources import sources_of
from aianalyzer.tests.conftest import Start
from tests.papers import pdf
from tests.people import text_of

TWO = """Proyek: Gudang Marunda
2 unit LVMDP-A 3200 A, IP 54, Form 4b, Icw 65 kA / 1 detik
4 unit SDP-1 400 A, IP 42
Semua panel 400 V, 50 Hz. Garansi 12 bulan, denda 0,1 % per hari."""


def test_each_panel_has_its_row_and_the_document_what_is_left(analysed: Start) -> None:
    row = analysed(content=pdf([TWO]))
    table = fact_table(row, sources_of(row))
    rows = {
        each.name: {
            cell.head: [value.text for value in cell.values] for cell in each.cells
        }
        for each in table.rows
    }
    assert rows == {
        "LVMDP-A": {
            "Qty": ["2 unit"],
            "Arus nominal": ["3200 A"],
            "Ketahanan hubung singkat": ["Icw 65 kA / 1 detik"],
            "IP / IK": ["IP 54"],
            "Bentuk pemisahan": ["Form 4b"],
        },
        "SDP-1": {
            "Qty": ["4 unit"],
            "Arus nominal": ["400 A"],
            "Ketahanan hubung singkat": [],
            "IP / IK": ["IP 42"],
            "Bentuk pemisahan": [],
        },
    }
    others = {cell.head: [value.text for value in cell.values] for cell in table.others}
    assert others == {
        "Proyek": ["Gudang Marunda"],
        "Garansi": ["12 bulan"],
        "Denda": ["0,1 % per hari"],
        "Tegangan": ["400 V"],
        "Frekuensi": ["50 Hz"],
    }


def test_the_page_shows_the_table_once_and_each_value_leads_to_its_source(
    analysed: Start, client: Client, agus: object
) -> None:
    row = analysed(content=pdf([TWO]))
    client.force_login(agus)  # type: ignore[arg-type]
    page = text_of(client.get(f"/analyzer/answers/{row.pk}/"))
    table = page[page.index('id="facts"') : page.index('id="answer"')]
    cites = set(re.findall(r'href="/analyzer/answers/\d+/\?cite=(\d+)#source"', table))
    assert cites == {str(fact["cite"]) for fact in row.facts}
    assert (
        "3200 A"
        not in answer_html(row, sources_of(row), has_table=True).split("<h2>")[0]
    )
    assert "(SDP-1)" in row.content
    assert {fact.get("panel") for fact in row.facts} == {None, "LVMDP-A", "SDP-1"}


def test_two_answers_are_compared_panel_by_panel(analysed: Start) -> None:
    left = analysed(content=pdf(["LVMDP 630 A\nSDP-1 63 A"]))
    right = analysed(content=pdf(["LVMDP 630 A\nSDP-1 6,3 A"]))
    pairs = {(pair.name, pair.panel): pair.is_same for pair in fact_pairs(left, right)}
    assert pairs == {
        ("Panel", ""): True,
        ("Arus nominal", "LVMDP"): True,
        ("Arus nominal", "SDP-1"): False,
    }


def test_an_answer_that_names_no_panels_is_compared_by_kind(analysed: Start) -> None:
    left = analysed(content=pdf(["LVMDP 630 A, 50 Hz"]))
    right = analysed(content=pdf(["Arus 630 A, 50 Hz"]))
    pairs = {(pair.name, pair.panel): pair.is_same for pair in fact_pairs(left, right)}
    assert pairs[("Arus nominal", "")]
    assert pairs[("Frekuensi", "")]
