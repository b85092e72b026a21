"""Numbers with units: read whole in every custom, or not at all; and what makes two of them the same."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aianalyzer.policies.key_facts import facts_of_page, key_facts
from aianalyzer.policies.quantities import quantities, value_of
from aianalyzer.policies.sameness import identity

SPACES = (" ", "\u00a0", "\u2009", "\u202f")
UNITS = {
    "current": ("A", "Amp", "ampere", "AMP", "Amp."),
    "short_circuit": ("kA", "KA", "ka", "kArms"),
    "voltage": ("V", "kV", "KV", "Volt", "VAC", "Vdc"),
    "power": ("kVA", "KVA", "kva", "kW", "KW", "kVAr", "kVAR", "MVA", "MW", "HP"),
    "frequency": ("Hz", "HZ", "hz"),
    "area": ("mm2", "mm\u00b2", "sqmm", "MM2"),
    "length": ("mm", "MM", "cm"),
    "share": ("%", "persen", "percent"),
    "duration": ("hari", "weeks", "Bulan", "calendar days"),
    "mass": ("kg", "KG"),
}
# Before these, three digits behind a mark are a fraction: nobody has thousands of them.
NO_THOUSANDS = {"ka", "karms", "kv", "mva", "mw"}
BEFORE = (
    "",
    "Arus ",
    "Rated: ",
    "(",
    "maks. ",
    "\u2265 ",
    "\u2265",
    "= ",
    "ACB ",
    "SDP/",
)
AFTER = ("", ".", ",", ")", "; ", " dan lain", "/3P", " - ok")


def grouped(whole: int, mark: str) -> str:
    """The number with this mark between its thousands."""
    return f"{whole:,}".replace(",", mark)


@given(
    whole=st.integers(min_value=1, max_value=9_999_999),
    custom=st.sampled_from(
        [
            ("", "."),
            ("", ","),
            (".", ","),
            (",", "."),
            ("'", "."),
            *((s, ",") for s in SPACES),
        ]
    ),
    fraction=st.sampled_from(["", "5", "25", "50"]),
    unit=st.sampled_from(
        [(kind, unit) for kind, units in UNITS.items() for unit in units]
    ),
    space=st.sampled_from(["", *SPACES]),
    around=st.tuples(st.sampled_from(BEFORE), st.sampled_from(AFTER)),
)
def test_a_number_is_found_whole_in_every_custom(
    whole: int, custom: tuple[str, str], fraction: str, unit: tuple[str, str], space: str, around: tuple[str, str]
) -> None:  # fmt: skip
    number = grouped(whole, custom[0]) + (custom[1] + fraction if fraction else "")
    kind, word = unit
    text = f"{number}{space}{word}"
    found = list(quantities(text.join(around)))
    assert [each.kind for each in found] == [kind]
    assert " ".join(text.split()).rstrip(".") == found[0].text.rstrip(".")
    if word.casefold() not in NO_THOUSANDS:
        assert found[0].numbers == (Decimal(f"{whole}.{fraction or 0}"),)


@given(
    low=st.integers(min_value=100, max_value=3000),
    more=st.integers(min_value=1, max_value=3000),
    joint=st.sampled_from(
        [" - ", "-", " \u2013 ", "\u2013", " s/d ", " s.d. ", " sampai ", " sampai dengan ", " hingga ", " to ", " up to "]
    ),
    unit=st.sampled_from(["A", "V", "kW", "kVA", "mm", "Hz"]),
    is_twice=st.booleans(),
)  # fmt: skip
def test_a_range_keeps_its_beginning(
    low: int, more: int, joint: str, unit: str, is_twice: bool
) -> None:
    first = f"{low} {unit}" if is_twice else f"{low}"
    (found,) = quantities(f"Rentang {first}{joint}{low + more} {unit}.")
    assert found.text == f"{first}{joint}{low + more} {unit}"
    assert found.numbers == (Decimal(low), Decimal(low + more))


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("Pemutus 800 A/3P", ["800 A"]),
        ("3x800A, 3 x 1.250 kVA", ["3x800A", "3 x 1.250 kVA"]),
        ("400/230 V AC 50 Hz", ["400/230 V AC", "50 Hz"]),
        ("380-415V", ["380-415V"]),
        ("Icw 65 KA / 1 detik", ["65 KA / 1 detik"]),
        ("Icw 50kA/1s; 36 kA for 3 s", ["50kA/1s", "36 kA for 3 s"]),
        ("CT 1000/5 A", ["1000/5 A"]),
        ("NYY 4x240 mm\u00b2", ["4x240 mm\u00b2"]),
        ("H 2200 x W 800 x D 600 mm", ["H 2200 x W 800 x D 600 mm"]),
        ("2200(H) x 800(W) mm", ["2200(H) x 800(W) mm"]),
        ("630AF/500AT", ["630AF", "500AT"]),
        ("12 (dua belas) bulan", ["12 (dua belas) bulan"]),
        ("12 - 630 A", ["630 A"]),
        ("1234 500 A", ["500 A"]),
        ("section 2 A new panel; Lampiran 4 A", []),
        ("1.2.3 A, 10.0.0.1 V, rev 12.345.67 A", []),
        ("2 A/mm2, 5 A/m", []),
        ("100AB, 12V3x, IP54", []),
        ("MSB-1 415V, Q-2 630 A", ["415V", "630 A"]),
        ("from 36 kA to 50 kA", ["36 kA", "50 kA"]),
        ("8x1Cx630mm2, 4C x 95 sqmm", ["8x1Cx630mm2", "4C x 95 sqmm"]),
        ("2 x (40 x 10) mm", ["2 x (40 x 10) mm"]),
        ("100/\u221a3 V", []),
        ("busbar 10 x 100 mm 2 500 A", ["10 x 100 mm", "2 500 A"]),
        ("2200Hx800Wx600D mm", ["2200Hx800Wx600D mm"]),
        ("antara 100 dan 250 A", ["100 dan 250 A"]),
        ("Class 1 A, type 2 A", []),
        ("MCB 6, 10, 16 A", ["6 A", "10 A", "16 A"]),
        ("MCB 6,10,16 A", ["6 A", "10 A", "16 A"]),
        ("250 dan 400 A, 50 atau 60 Hz", ["250 A", "400 A", "50 Hz", "60 Hz"]),
        ("630, 1.000 and 1.600 kVA", ["630 kVA", "1.000 kVA", "1.600 kVA"]),
        ("CT 1, 2, 3, 400 A", ["400 A"]),
        ("item 1, 2500 A", ["2500 A"]),
        ("3~ 400 V, 1 ~ 230 V, 3N~ 400 V", ["400 V", "230 V", "400 V"]),
        ("10^3 A, 10\u00b2 A", []),
        ("2(100x10) mm", ["2(100x10) mm"]),
        ("2200(H)x800(W)x600(D) MM", ["2200(H)x800(W)x600(D) MM"]),
        ("20 kilovolt, 25 kilo ampere", ["20 kilovolt", "25 kilo ampere"]),
    ],
)
def test_the_customs_of_the_trade(line: str, texts: list[str]) -> None:
    assert [each.text for each in quantities(line)] == texts


@pytest.mark.parametrize(
    ("number", "unit", "value"),
    [
        ("1.250", "kVA", "1250"),
        ("1,250", "kVA", "1250"),
        ("1'250", "kVA", "1250"),
        ("12,50", "kVA", "12.50"),
        ("1.250,5", "kVA", "1250.5"),
        ("1,250.5", "kVA", "1250.5"),
        ("3.150", "kA", "3.150"),
        ("0.400", "V", "0.400"),
        ("1.250.000", "", "1250000"),
    ],
)
def test_marks_mean_what_they_mean_there(number: str, unit: str, value: str) -> None:
    assert value_of(number, unit) == Decimal(value)


@pytest.mark.parametrize(
    "same",
    [
        ("1.250 kVA", "1250 kVA", "1,250 KVA", "1 250 kva"),
        ("63 A", "63A", "63 Amp", "63,0 A"),
        ("Icw 50 kA / 1 s", "Icw 50kA/1 detik", "ICW 50 KA for 1 second"),
        ("1000 \u2013 1600 A", "1000-1600 A", "1000 s/d 1600 A"),
        ("IP 54", "IP54", "ip-54"),
        ("PT. Maju Jaya", "PT Maju Jaya"),
        ("1/12/2026", "01-12-2026"),
        ("SDP-1", "SDP.1", "SDP 01"),
    ],
)
def test_spellings_of_one_value_are_the_same(same: tuple[str, ...]) -> None:
    assert len({identity(each) for each in same}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("63 A", "6,3 A"),
        ("63 A", "6.3 A"),
        ("1/12/2026", "11/2/2026"),
        ("1.250 kVA", "12,50 kVA"),
        ("1.250 kVA", "125,0 kVA"),
        ("IP 54", "IP 5"),
        ("10 mW", "10 MW"),
        ("\u2265 50 kA", "\u2264 50 kA"),
        ("-5 %", "5 %"),
        ("IEC 61439-2", "IEC 6143-92"),
        ("400/230 V", "400230 V"),
        ("SDP-1.1", "SDP-11"),
        ("0,5 A", "05 A"),
    ],
)
def test_what_differs_by_a_mark_differs(one: str, other: str) -> None:
    assert identity(one) != identity(other)


@given(
    st.integers(min_value=1, max_value=999_999), st.integers(min_value=1, max_value=99)
)
def test_no_decimal_mark_is_ever_lost(whole: int, part: int) -> None:
    with_mark = f"{whole},{part:02d} A"
    assert identity(with_mark) != identity(f"{whole}{part:02d} A")
    assert identity(with_mark) == identity(f"{grouped(whole, '.')},{part:02d} A")


def test_currents_with_slashes_are_no_date() -> None:
    found = key_facts({1: "MCB 6/10/16 A, tanggal 6/10/26"})
    assert [(fact.kind, fact.value) for fact in found] == [
        ("current", "6/10/16 A"),
        ("date", "6/10/26"),
    ]


def test_all_six_facts_of_a_page_are_kept() -> None:
    text = (
        "MCB panel 63 A.\nSekring kontrol 6,3 A.\nPemasukan 1/12/2026.\nPembukaan 11/2/2026.\n"
        "Trafo 1.250 kVA.\nTrafo cadangan 12,50 kVA."
    )
    values = {fact.value for fact in key_facts({1: text})}
    assert values == {
        "63 A",
        "6,3 A",
        "1/12/2026",
        "11/2/2026",
        "1.250 kVA",
        "12,50 kVA",
    }


def test_a_rule_never_starts_inside_a_number() -> None:
    text = "Busbar 2 500 A\nCadangan 3\u00a0200 A\nTrafo 1 600 kVA\n20 000 V\n1000 \u2013 1600 A\n800 A/3P"
    values = [fact.value for fact in facts_of_page(1, text)]
    assert values == [
        "2 500 A",
        "3 200 A",
        "1 600 kVA",
        "20 000 V",
        "1000 \u2013 1600 A",
        "800 A",
    ]
