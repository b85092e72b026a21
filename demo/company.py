"""The last year of the demo company, told through the real services.

Development only. The clock is moved so that the history reads as if it had happened then.
"""

import random
from datetime import datetime, time, timedelta
from io import BytesIO
from typing import Any

from django.utils import timezone

from bom.models import BomApproval
from bom.services import decide_bom, open_bom
from core.accounts.models import User, UserRole
from core.accounts.permissions import may
from core.accounts.services import mirror_person
from core.approvals.models import ApprovalRule, ApprovalStep
from core.integrations import upstreams
from core.service_accounts.services import make_service_account
from demo.analyses import seed_analyses
from demo.cast import DemoContext, at
from demo.documents import seed_documents
from demo.work import seed_work
from engineering.models import (
    ChangeNotice,
    Configuration,
    DepartmentConfig,
    PanelProcess,
)
from engineering.services import decide_change, edit_change, raise_change, write_note

ADMINISTRATOR = 1
ROLES = {3: "manager", 7: "spv", 12: "pic"}
CHANGES = (
    (
        "Ganti MCCB 100 A ke 160 A",
        "Arus beban naik menjadi 132 A setelah penambahan chiller. MCCB terpasang 100 A tidak memenuhi IEC 61439.",
    ),
    (
        "Tambah relay proteksi arus balik",
        "Permintaan utilitas: genset paralel memerlukan proteksi 32R.",
    ),
    (
        "Ubah layout busbar riser lantai 3",
        "Jarak bebas ke dinding kurang dari 100 mm menurut gambar arsitek terbaru.",
    ),
    (
        "Penggantian pintu kabinet ke IP54",
        "Panel dipindah ke area pompa; IP42 tidak cukup terhadap percikan air.",
    ),
    (
        "Koreksi wiring diagram metering",
        "Terminal CT terbalik pada gambar; ditemukan saat FAT.",
    ),
    (
        "Pindah terminal blok kontrol",
        "Ruang kabel tidak cukup untuk kabel kontrol 2,5 mm² sebanyak 48 inti.",
    ),
    (
        "Ganti power meter ke tipe Modbus TCP",
        "BMS pelanggan hanya menerima Modbus TCP, bukan RTU.",
    ),
    ("Tambah kapasitor bank 50 kVAr", "Faktor daya terukur 0,82; target kontrak 0,95."),
    (
        "Kurangi jumlah feeder cadangan",
        "Pelanggan menghapus dua feeder cadangan dari ruang lingkup.",
    ),
    (
        "Ganti kabel kontrol ke tipe FRC",
        "Spesifikasi rumah sakit mensyaratkan kabel tahan api.",
    ),
    ("Tambah surge arrester tipe 2", "Hasil analisis risiko petir IEC 62305."),
    (
        "Ubah warna panel RAL 7035 ke RAL 7032",
        "Menyesuaikan panel eksisting di lokasi.",
    ),
)
REMARKS = (
    "setuju, cek ruang kabel",
    "setuju",
    "lanjutkan, pasang sebelum FAT",
    "ok, harga sudah dicek",
)
REFUSALS = ("harga terlalu tinggi, cari alternatif", "tunggu konfirmasi pelanggan")
KINDS = (0, 0, 0, 0, 1, 1, 3, 2)
# How the dice of the demo fall.
EDITED, DECIDED, TAKEN_OUT, WITH_FILE = 0.2, 0.93, 0.4, 0.3
SETTLED_DAYS, DEAREST = 6, 9_000_000


def is_empty() -> bool:
    """Whether there is nothing yet that a demo could disturb."""
    return not (ChangeNotice.objects.exists() or UserRole.objects.exists())


def seed(count: int = 64) -> int:
    """Fill an empty database; returns how many changes were raised."""
    company = DemoContext(_people(), random.Random(2026))  # noqa: S311  (a repeatable demo)
    _set_up()
    for moment in _moments(count, company.dice):
        with at(moment):
            _seed_change(company, moment)
    seed_work(company)
    _seed_boms(company)
    seed_documents(company.people, at)
    seed_analyses(company.people, at)
    _make_machine(company.people[ADMINISTRATOR])
    _seed_note(company)
    return ChangeNotice.objects.count()


def _make_machine(admin: User) -> None:
    """A service account, where the administrator of the demo is one here."""
    if may(admin, "set_up"):
        purpose = "Membaca BOM yang disetujui; tanya tim PPIC."
        make_service_account(name="PPIC malam", purpose=purpose, by=admin)


def _seed_note(company: DemoContext) -> None:
    """What was agreed in a meeting, and nobody has to approve."""
    with at(timezone.now() - timedelta(days=3)):
        write_note(
            by=company.people[12],
            fields={
                "text": "Rapat dengan pelanggan: rel DIN 35 mm, terminal bertingkat, label akrilik.\n\n"
                "Warna panel tetap RAL 7032; foto panel lama dikirim minggu ini.",
                "customer": "PT Graha Medika Husadatama",
                "project_name": "Rumah Sakit Graha Medika",
            },
        )


def _people() -> dict[int, User]:
    people = {
        ext_id: mirror_person(each)
        for ext_id, each in upstreams.auth().people().value.items()
    }
    for ext_id, role in ROLES.items():
        UserRole.objects.get_or_create(user_id=ext_id, role=role)
    return people


def _set_up() -> None:
    Configuration.objects.create(
        name="CCNThreshold", by_value_percentage="By Value", value=5_000_000
    )
    for department in upstreams.departments().value.values():
        if department.name.startswith(("Eng", "Estimat")):
            DepartmentConfig.objects.create(department_id=department.ext_id)
    for panel, process, minutes in (
        ("LVMDP", "SLD", 240),
        ("LVMDP", "Layout", 180),
        ("ATS", "Wiring diagram", 300),
        ("MCC", "SLD", 200),
    ):
        PanelProcess.objects.create(
            panel_type=panel, process_name=process, minutes=minutes
        )
    rule = ApprovalRule.objects.create(kind=ChangeNotice.Kind.FAB, net_from=10_000_000)
    ApprovalStep.objects.create(rule=rule, order=1, role="spv")
    ApprovalStep.objects.create(rule=rule, order=2, role="manager")


def _moments(count: int, dice: random.Random) -> list[datetime]:
    """Working hours of the last year, more of them lately; the last ones today and yesterday."""
    now = timezone.now()
    days = sorted(
        (int(330 * dice.random() ** 1.4) + 1 for _ in range(count - 3)), reverse=True
    )
    past = [_office_hours(now - timedelta(days=day), dice) for day in days]
    return [*past, *(now - timedelta(hours=hours) for hours in (26, 5, 2))]


def _office_hours(moment: datetime, dice: random.Random) -> datetime:
    day = timezone.localtime(moment).date()
    clock = time(dice.randint(8, 15), dice.randint(0, 59), dice.randint(0, 59))
    return timezone.make_aware(datetime.combine(day, clock))


def _seed_change(company: DemoContext, moment: datetime) -> None:
    dice, by = company.dice, company.engineer()
    change = raise_change(
        by=by, fields=_header(dice, moment), items=_lines(dice), files=_drawing(dice)
    )
    age = (datetime.now(tz=moment.tzinfo) - moment).days
    if dice.random() < EDITED:
        with at(moment + timedelta(hours=1)):
            line = change.items.first()
            if line:
                edit_change(
                    change_id=change.pk,
                    by=by,
                    fields={},
                    items=[{"id": line.pk, "qty": line.qty + 1}],
                )
    if age > SETTLED_DAYS and dice.random() < DECIDED:
        with at(moment + timedelta(hours=dice.randint(3, 50))):
            _decide(company, change.pk)


def _header(dice: random.Random, moment: datetime) -> dict[str, Any]:
    jobs = [
        job for job in upstreams.ppic().jobs().value.values() if job.purchase_order_ids
    ]
    job = dice.choice(jobs)
    panel = dice.choice(job.panel_codes) if job.panel_codes else None
    engineering, reason = dice.choice(CHANGES)
    kind = dice.choice(KINDS)
    return {
        "kind": kind,
        "direction": 0,
        "date": timezone.localtime(moment).date(),
        "engineering": f"{engineering}, {panel.name}" if panel else engineering,
        "detail_problem": reason,
        "ext_job_id": job.ext_id,
        "ext_panel_code_id": panel.ext_id if panel else None,
        "ext_purchase_order_id": dice.choice(job.purchase_order_ids),
        "has_po": True,
        "priority": dice.choice((1, 2, 3, 3, 3, 4)),
        "customer_pays": dice.choice((True, False, None)),
        "impact_schedule": "Terhambat",
        "margin_before": 22 if kind == ChangeNotice.Kind.FAB else None,
        "margin_after": 19 if kind == ChangeNotice.Kind.FAB else None,
    }


def _lines(dice: random.Random) -> list[dict[str, Any]]:
    prices = upstreams.ppic().inventory().value
    ids = dice.sample(
        sorted(key for key, price in prices.items() if price < DEAREST),
        dice.randint(1, 5),
    )
    return [
        {
            "ext_item_id": key,
            "qty": dice.choice((1, 1, 2, 2, 3, 4)),
            "snapshot_price": prices[key],
            "direction": 1 if place and dice.random() < TAKEN_OUT else 0,
        }
        for place, key in enumerate(ids)
    ]


def _drawing(dice: random.Random) -> list[tuple[str, BytesIO]]:
    if dice.random() > WITH_FILE:
        return []
    return [("SLD-LVMDP-A-rev2.pdf", BytesIO(PDF))]


def _decide(company: DemoContext, change_id: int) -> None:
    """SPV and manager in the order of the rule; one in seven is rejected."""
    change = ChangeNotice.objects.get(pk=change_id)
    is_no = company.dice.random() < 1 / 7
    for ext_id in (7, 3):
        by = company.people[ext_id]
        if change.requester_id == by.pk:
            continue
        status, words = (2, REFUSALS) if is_no else (1, REMARKS)
        try:
            decide_change(
                change_id=change_id,
                by=by,
                status=status,
                remark=company.dice.choice(words),
            )
        except Exception:  # noqa: BLE001, S112  (not this person's turn: the next one decides)
            continue


PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
    b"/Resources<</Font<</F1 5 0 R>>>>>>endobj\n"
    b"4 0 obj<</Length 58>>stream\nBT /F1 18 Tf 60 780 Td (SLD LVMDP A rev 2 - demo) Tj ET\n"
    b"endstream endobj\n5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


# Which BOM, how many days ago, who is asked, and who said what: 1 yes, 2 no.
BOMS: tuple[tuple[int, int, tuple[int, ...], tuple[tuple[int, int], ...]], ...] = (
    (700, 40, (3, 7, 12), ((7, 1), (12, 1), (3, 1))),
    (701, 9, (3, 7, 12), ((7, 1),)),
    (702, 6, (7, 12), ((12, 2),)),
    (703, 2, (3, 12), ()),
    (704, 1, (7, 12), ((12, 1),)),
)


def _seed_boms(company: DemoContext) -> None:
    """BOM approvals: approved, rejected, and some that wait for one, two or three PICs."""
    known = upstreams.ppic().boms().value
    for bom_id, days, asked, said in BOMS:
        if bom_id in known:
            opened = timezone.now() - timedelta(days=days)
            with at(opened):
                open_bom(ext_bom_id=bom_id, by=company.people[7], pic_ids=asked)
            for hours, (ext_id, status) in enumerate(said, 2):
                with at(opened + timedelta(hours=hours)):
                    _sign(bom_id, company.people[ext_id], status, company.dice)


def _sign(bom_id: int, by: User, status: int, dice: random.Random) -> None:
    approval = BomApproval.objects.get(ext_bom_leveled_id=bom_id)
    decide_bom(
        ext_bom_id=bom_id,
        by=by,
        status=status,
        remark=dice.choice(REMARKS if status == 1 else REFUSALS),
        revision=approval.revision,
        digest=approval.digest,
        confirmed="password",
    )
