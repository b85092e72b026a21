"""Which panel a value belongs to."""

import pytest

from aianalyzer.policies.key_facts import key_facts
from aianalyzer.policies.panels import panels_in


def joined(text: str) -> set[tuple[str, str, str]]:
    """Panel, kind and value of each fact that has a panel."""
    facts = key_facts({1: text})
    return {(fact.panel, fact.kind, fact.value) for fact in facts if fact.panel}


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("LVMDP-A, SDP.2 dan ATS-AMF 800", ["LVMDP-A", "SDP.2", "ATS-AMF 800"]),
        ("SDP 630 A, MCC 24 feeder", ["SDP", "MCC"]),
        ("LVMDP 2 500 A", ["LVMDP"]),
        ("SDP 2 400 A", ["SDP 2"]),
        ("lp-1 tidak, LP-1 ya; LP saja tidak", ["LP-1"]),
        ("MCC-P-01 dan SDP-LT.2", ["MCC-P-01", "SDP-LT.2"]),
    ],
)
def test_panels_are_known_by_their_names(line: str, names: list[str]) -> None:
    assert [each.name for each in panels_in(line)] == names


def test_a_value_belongs_to_the_panel_of_its_line() -> None:
    found = joined("LVMDP 2500 A IP 54, SDP-1 400 A\n3 unit SDP-2 630 A")
    assert found == {
        ("LVMDP", "current", "2500 A"),
        ("LVMDP", "ip", "IP 54"),
        ("SDP-1", "current", "400 A"),
        ("SDP-2", "quantity", "3 unit"),
        ("SDP-2", "current", "630 A"),
    }


def test_a_value_may_stand_before_its_panel() -> None:
    found = joined(
        "The 2500 A LVMDP and the 400 A SDP-1; Form 3b untuk LVMDP dan Form 2b untuk SDP-1"
    )
    assert found == {
        ("LVMDP", "current", "2500 A"),
        ("SDP-1", "current", "400 A"),
        ("LVMDP", "form", "Form 3b"),
        ("SDP-1", "form", "Form 2b"),
    }


def test_panels_of_one_breath_share_what_follows() -> None:
    found = joined("SDP-1, SDP-2 dan SDP-3: 400 A")
    assert found == {(f"SDP-{n}", "current", "400 A") for n in (1, 2, 3)}


def test_a_heading_has_what_stands_below_until_the_next() -> None:
    text = "1. LVMDP\nArus 2500 A\nIP 54\n2. SDP-1\nArus 400 A\n3. Ketentuan umum\nTegangan 400 V"
    assert joined(text) == {
        ("LVMDP", "current", "2500 A"),
        ("LVMDP", "ip", "IP 54"),
        ("SDP-1", "current", "400 A"),
    }


def test_columns_have_what_stands_below_them() -> None:
    text = "Uraian\tLVMDP\tSDP-1\nArus\t2500 A\t400 A\nIP\tIP 54\tIP 42"
    assert joined(text) == {
        ("LVMDP", "current", "2500 A"),
        ("SDP-1", "current", "400 A"),
        ("LVMDP", "ip", "IP 54"),
        ("SDP-1", "ip", "IP 42"),
    }


def test_units_at_the_head_of_a_column_belong_to_its_numbers() -> None:
    text = "Panel\tArus (A)\tIcw (kA)\tQty\nLVMDP\t2.500\t65\t1\nSDP-1\t400\t36\t3"
    assert joined(text) == {
        ("LVMDP", "current", "2.500 A"),
        ("LVMDP", "short_circuit", "65 kA"),
        ("LVMDP", "quantity", "1"),
        ("SDP-1", "current", "400 A"),
        ("SDP-1", "short_circuit", "36 kA"),
        ("SDP-1", "quantity", "3"),
    }


def test_a_label_with_its_unit_speaks_for_its_row() -> None:
    text = "Panel\tSDP-1\tSDP-2\nJumlah\t2\t3\nArus (A)\t400\t250"
    assert joined(text) == {
        ("SDP-1", "quantity", "2"),
        ("SDP-2", "quantity", "3"),
        ("SDP-1", "current", "400 A"),
        ("SDP-2", "current", "250 A"),
    }


def test_a_unit_may_stand_in_the_cell_beside_or_behind_the_label() -> None:
    text = "LVMDP\t1\tunit\nSDP-1\tunit\t4\nRated current (A) : 400"
    assert joined(text) == {
        ("LVMDP", "quantity", "1 unit"),
        ("SDP-1", "quantity", "4 unit"),
        ("SDP-1", "current", "400 A"),
    }


def test_the_only_panel_has_what_nobody_else_can_have() -> None:
    found = joined("Spesifikasi LVMDP.\nUmum\nTegangan 400 V\nGaransi 12 bulan")
    assert found == {("LVMDP", "voltage", "400 V")}


def test_what_is_said_of_every_panel_belongs_to_none() -> None:
    assert joined("LVMDP 2500 A\nSDP-1 400 A\nSemua panel IP 42") == {
        ("LVMDP", "current", "2500 A"),
        ("SDP-1", "current", "400 A"),
    }
