"""Items of a change pasted from a spreadsheet: parts by number, prices of PPIC where none stands there."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.pages.form_fields import dotted
from core.pages.pasting import Complete, Completed, PasteColumn, PasteSheet, Values
from core.text.normal_form import plain_text
from engineering.forms import ItemForm
from engineering.models import ChangeItem
from engineering.queries.pickers import PickerPart, parts_by_number
from engineering.services.changes import MAX_ITEMS

OUT = {"decrease", "-", "out", "1", "keluar", "kurang", "pengurangan", "taken out"}
IN = {"increase", "+", "in", "0", "", "masuk", "tambah", "penambahan", "added"}


def _start(rows: list[Values]) -> Complete:
    numbers = {plain_text(row.get("part_number", "")) for row in rows}
    known = parts_by_number(numbers - {""})
    words = _direction_words()

    def complete(row: Values) -> Completed:
        values = {"part_number": ""} | row
        problems = _directed(values, words)
        if not values["part_number"]:
            problems["part_number"] = _("Give the part number.")
        return _named(values, known, problems)

    return complete


def _direction_words() -> dict[str, str]:
    labels = {
        plain_text(str(label)): str(int(value))
        for value, label in ChangeItem.Direction.choices
    }
    return labels | dict.fromkeys(OUT, "1") | dict.fromkeys(IN, "0")


def _directed(values: Values, words: dict[str, str]) -> dict[str, str]:
    """Put the number of the direction; an unknown word is a problem."""
    word = plain_text(values.get("direction", ""))
    values["direction"] = words.get(word, "0")
    if word in words:
        return {}
    return {"direction": _("Write “in” or “out”.")}


def _named(
    values: Values, known: dict[str, list[PickerPart]], problems: dict[str, str]
) -> Completed:
    """What PPIC knows about a part counts; a part that it does not know keeps what was typed."""
    found = known.get(plain_text(values["part_number"]), [])
    if len(found) > 1:
        problems["part_number"] = _(
            "PPIC has %d parts of this number. Choose it with “Add parts”."
        ) % len(found)
    if len(found) != 1:
        return values, problems
    (part,) = found
    values |= {
        "ext_item_id": str(part.item.ext_id),
        "part_number": part.item.part_number,
        "part_name": part.item.part_name,
        "part_description": part.item.part_description or "",
        "manufacturer": part.item.manufacturer,
        "unit": part.item.unit,
    }
    if part.price and not values.get("snapshot_price"):
        values["snapshot_price"] = dotted(part.price)
    return values, problems


def _too_many() -> str:
    return (
        _("A change has at most %d lines; the good rows beyond that stay here.")
        % MAX_ITEMS
    )


ITEM_SHEET = PasteSheet(
    columns=(
        PasteColumn(
            "part_number",
            gettext_lazy("Part number"),
            ("part no", "part no.", "pn", "p/n", "kode", "kode barang", "partnumber"),
            is_needed=True,
        ),
        PasteColumn(
            "qty", gettext_lazy("Qty"), ("quantity", "jumlah", "jml"), is_needed=True
        ),
        PasteColumn(
            "snapshot_price",
            gettext_lazy("Unit price (Rp)"),
            ("price", "unit price", "harga", "harga satuan"),
        ),
        PasteColumn(
            "direction",
            gettext_lazy("Direction"),
            ("in/out", "masuk/keluar", "type", "tipe"),
        ),
        PasteColumn(
            "part_name",
            gettext_lazy("Name of the part"),
            ("name", "part name", "nama", "nama barang", "description", "deskripsi"),
        ),
        PasteColumn("unit", gettext_lazy("Unit"), ("uom", "satuan", "sat")),
    ),
    form=ItemForm,
    start=_start,
    prefix="items",
    most=MAX_ITEMS,
    too_many=_too_many,
)
