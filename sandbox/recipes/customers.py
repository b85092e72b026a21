"""Who buys: customers, purchase orders, inquiries, projects."""

from random import Random
from typing import Any

from sandbox.recipes.dice import dice
from sandbox.recipes.people import engineers

Row = dict[str, Any]

CUSTOMERS = (
    ("PT", "Nusa Lentera Energi"),
    ("PT", "Cakra Buana Konstruksi"),
    ("PT", "Tirta Garuda Mandiri"),
    ("CV", "Karya Listrik Sentosa"),
    ("PT", "Rajawali Pangan Lestari"),
    ("PT", "Graha Medika Husadatama"),
    ("PT", "Sagara Bahari Logistik"),
    ("PT", "Adiwarna Tekstilindo"),
    ("CV", "Mitra Teknik Abadijaya"),
    ("PT", "Bumi Kertas Nusapratama"),
    ("PT", "Mandala Properti Utama"),
    ("PT", "Kencana Data Pusaka"),
    ("PT", "Wastu Semen Perkasa"),
    ("UD", "Sinar Terang Elektrik"),
    ("PT", "Arunika Petrokimia"),
    ("PT", "Langgeng Sawit Makmuria"),
    ("PT", "Bandar Udara Purnajasa"),
    ("PT", "Samudra Nikel Halmahera"),
    ("PT", "Citra Otomotif Pratama"),
    ("PT", "Dharma Air Bersihindo"),
)
SITES = (
    "Gedung Kantor Cikini",
    "Pabrik Cikarang",
    "Gudang Marunda",
    "RS Bekasi Timur",
    "Data Center Cibitung",
    "Terminal Priok",
    "Smelter Weda",
    "Pabrik Karawang Line 3",
    "Mall Serpong",
    "IPA Jatiluhur",
    "Hotel Sanur",
    "PKS Kampar",
    "Apartemen Kuningan",
    "Pabrik Semen Tuban",
    "Rusun Tanah Abang",
    "Bandara Kertajati",
)
SCOPES = (
    "LVMDP 3200A",
    "LVMDP 2000A + SDP",
    "MCC 24 feeder",
    "Capacitor Bank 600 kVAr",
    "ATS-AMF 1000 kVA",
    "MV Cubicle 20 kV",
    "SDP 630A",
    "Panel Sinkron Genset 2x1250 kVA",
    "Panel Pompa VSD",
    "Retrofit ACB LVMDP",
)
FIRST = {"customer": 5, "order": 201, "inquiry": 301, "quotation": 901, "project": 31}


def customers() -> list[Row]:
    return [
        {"id": FIRST["customer"] + place, "businessType": kind, "name": name}
        for place, (kind, name) in enumerate(CUSTOMERS)
    ]


def account(customer: Row) -> Row:
    """Spell a customer as orders and inquiries do."""
    return {
        "id": customer["id"],
        "name": f"{customer['businessType']} {customer['name']}",
    }


def purchase_orders() -> list[Row]:
    """Return sixty orders; the first twenty go once through all customers."""
    rng = dice("purchase orders")
    buyers = customers() + rng.choices(customers(), k=40)
    return [
        {
            "id": FIRST["order"] + place,
            "purchaseOrderNumber": f"PO-2026-{101 + place}",
            "account": account(buyer),
        }
        for place, buyer in enumerate(buyers)
    ]


def inquiries() -> list[Row]:
    """Return eighty inquiries in ascending order, each with its quotation."""
    rng = dice("inquiries")
    return [_inquiry(place, rng.choice(customers()), rng) for place in range(80)]


def _inquiry(place: int, buyer: Row, rng: Random) -> Row:
    number, quotation = FIRST["inquiry"] + place, FIRST["quotation"] + place
    site = rng.choice(SITES)
    return {
        "id": number,
        "inquiryNumber": f"INQ-2026-{number:04}",
        "title": f"{rng.choice(SCOPES)} {site}",
        "project": site,
        "account": account(buyer),
        "quotation": {"id": quotation, "name": f"QUO-2026-{quotation}"},
    }


def projects() -> list[Row]:
    """Return the projects that the meeting backend knows, each with its leader."""
    rng = dice("projects")
    return [
        {
            "id": FIRST["project"] + place,
            "name": site,
            "leader": str(rng.choice(engineers())),
        }
        for place, site in enumerate(SITES)
    ]
