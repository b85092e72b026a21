"""Invented content for /styleguide/, so that each component can be seen once."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone

from core.pages.form_fields import DayField, MoneyField, QuantityField

ICONS = [
    "home",
    "inbox",
    "changes",
    "bom",
    "activities",
    "documents",
    "analyzer",
    "reports",
    "setup",
    "help",
    "guide",
    "search",
    "bell",
    "menu",
    "more",
    "sun",
    "moon",
    "system",
    "logout",
    "keyboard",
    "shield",
    "lock",
    "eye",
    "check",
    "cross",
    "clock",
    "info",
    "warning",
    "ok",
    "no",
    "dot",
    "void",
    "plus",
    "minus",
    "edit",
    "trash",
    "download",
    "upload",
    "excel",
    "print",
    "copy",
    "link",
    "external",
    "calendar",
    "filter",
    "save",
    "undo",
    "refresh",
    "box",
    "person",
    "people",
    "chat",
    "history",
    "factory",
    "bolt",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "up",
    "down",
    "drag",
    "offline",
    "document",
]


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(help_text="Ganti MCCB 100 A")
    date = DayField()
    cost = MoneyField()
    quantity = QuantityField(required=False)
    kind = forms.ChoiceField(choices=[("", "–"), ("ecn", "ECN"), ("ccn", "CCN")])  # noqa: RUF001
    role = forms.ChoiceField(
        choices=[("pic", "PIC"), ("spv", "SPV")], widget=forms.RadioSelect
    )
    file = forms.FileField(required=False)
    has_po = forms.BooleanField(required=False, help_text="PO-2026-101")
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}))


CHART = {
    "labels": ["Jul", "Agu", "Sep", "Okt", "Nov", "Des", "Jan"],
    "series": [
        {"name": "ECN", "values": [9, 14, 8, 17, 12, 6, 12]},
        {"name": "CCN", "values": [4, 6, 5, 3, 8, 2, 5]},
    ],
}


def samples() -> dict[str, Any]:
    """All that the style guide's templates name ``guide``."""
    return {
        "title": "Ganti MCCB 100 A ke 160 A, Panel LVMDP",
        "lead": "r2",
        "waiting": [
            {
                "kind": "ECN",
                "title": "Ganti MCCB 100 A ke 160 A",
                "note": "Rp 6.240.000",
            },
            {
                "kind": "CCN",
                "title": "Pindah terminal blok kontrol",
                "note": "Rp 350.000",
            },
        ],
        "chart": CHART,
        "tabs": [
            {"label": "ECN", "url": "#", "active": True, "count": 1284},
            {"label": "CCN", "url": "#"},
        ],
        "changes": _changes(),
        "total": Decimal(412360000),
        "page": Paginator(range(1284), 50).page(3),
        "person": SimpleNamespace(name="Hendi Saputra", initials="HS"),
        "facts": [
            ("Pemohon", "Agus Wijaya"),
            {
                "label": "PO",
                "value": "PO-2026-101",
                "url": "#",
                "note": "PT Contoh Energi",
            },
            {
                "label": "Alasan",
                "value": "Arus beban naik menjadi 132 A.",
                "full": True,
            },
        ],
        "entries": _entries(),
        "form": SampleForm({"title": "Ganti MCCB", "cost": "12x", "quantity": "1,5"}),
        "icons": ICONS,
    }


def _changes() -> list[dict[str, Any]]:
    rows = [
        (
            "ECN-2026-0142",
            "Ganti MCCB 100 A ke 160 A, Panel LVMDP",
            "Agus W.",
            0,
            Decimal(6240000),
        ),
        (
            "CCN-2026-0057",
            "Tambah relay proteksi arus balik",
            "Hendi S.",
            1,
            Decimal(1150000),
        ),
        (
            "ECN-2026-0141",
            "Ubah layout busbar riser lantai 3",
            "Dewi A.",
            2,
            Decimal(-820000),
        ),
        ("ECN-2026-0140", "Koreksi wiring diagram metering", "Budi S.", 0, None),
    ]
    names = ("number", "title", "who", "status", "cost")
    return [
        dict(zip(names, row, strict=True))
        | {"po": "PO-2026-101", "at": timezone.now() - timedelta(hours=2 + 20 * place)}
        for place, row in enumerate(rows)
    ]


def _entries() -> list[dict[str, Any]]:
    now = timezone.now()
    change = {"label": "qty MCCB 3P 160A", "before": "1", "after": "2"}
    return [
        {"who": "Rina Lestari", "what": "(Manager)", "tone": "wait"},
        {
            "who": "Hendi Saputra",
            "what": "OK",
            "note": "cek ruang kabel",
            "at": now - timedelta(hours=2),
            "tone": "ok",
            "meta": "r2 9c41…e07b",
        },
        {
            "who": "Agus Wijaya",
            "what": "→ r2",
            "at": now - timedelta(hours=3),
            "tone": "note",
            "changes": [change],
            "meta": "r2",
        },
        {
            "who": "Hendi Saputra",
            "what": "OK",
            "at": now - timedelta(hours=5),
            "void": True,
            "meta": "r1 a3f9…27c1",
        },
    ]
