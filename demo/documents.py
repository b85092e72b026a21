"""The demo company's documents: small, real files, and which job has which.

Development only. The files are made on the spot, so that none lies in the repository.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from io import BytesIO

from django.utils import timezone

from core.accounts.models import User
from core.files.xlsx import write_workbook
from core.integrations import upstreams
from supportdocs.models import SupportTable
from supportdocs.services import (
    add_document,
    list_document,
    set_job_documents,
    upload_document,
    upload_version,
)

At = Callable[[datetime], AbstractContextManager[None]]
LINES_OF_A_PAGE = 44
STANDARD = """SPESIFIKASI TEKNIS PANEL LVMDP

1. Umum
Panel LVMDP dibuat menurut IEC 61439-1 dan IEC 61439-2, form 3b, tipe teruji (TTA).
Tegangan kerja 400 V AC, 3 fasa + netral, 50 Hz. Arus hubung singkat 65 kA, 1 detik.
Tingkat proteksi IP42 di dalam ruang, IP54 di area pompa.

2. Busbar
Busbar tembaga elektrolitik, kemurnian 99,9 %, berlapis timah.
Busbar utama 4000 A: 3 x (2 x 120 x 10) mm2 per fasa. Busbar netral 100 %.
Kenaikan suhu paling tinggi 70 K pada suhu sekitar 35 derajat C.

3. Pemutus tenaga
ACB masuk 4000 A, 4 kutub, Icu 65 kA, dengan proteksi LSIG.
MCCB keluar 100 A sampai 630 A, Icu 50 kA, selektif terhadap ACB.

4. Metering
Power meter kelas 0,5 dengan Modbus TCP. CT kelas 1 untuk metering, 5P10 untuk proteksi.
"""
FAT = """FACTORY ACCEPTANCE TEST - PROCEDURE

1. Visual inspection: nameplate, wiring marks, torque marks on busbar joints.
2. Dimension check against the approved layout drawing.
3. Insulation resistance at 1000 V DC, at least 100 megaohm.
4. Power frequency withstand voltage 2500 V AC for 5 seconds.
5. Functional test: interlocks, ATS sequence, trip of each MCCB by test button.
6. Metering: secondary injection of each CT, phase order, Modbus register map.

Accepted values are those of IEC 61439-1 clause 11. The result of each test is signed by the
PIC, the SPV and the customer's witness.
"""
LAYOUT = """LAYOUT PANEL LVMDP-01

Ukuran: panjang 4800 mm, dalam 1000 mm, tinggi 2200 mm.
Jarak bebas ke dinding belakang 1000 mm, ke depan 1500 mm.
Kabel masuk dari atas melalui kabel ladder 600 mm; kabel keluar ke bawah.
Berat sekitar 2.350 kg. Pengangkatan dengan lifting lug M16 di empat titik.
"""
CABLES: tuple[tuple[object, ...], ...] = (
    ("K-01", "LVMDP-01", "Chiller 1", "NYY 4x240 mm2", 85, 400),
    ("K-02", "LVMDP-01", "Chiller 2", "NYY 4x240 mm2", 92, 400),
    ("K-03", "LVMDP-01", "Panel pompa PP-HYD", "FRC 4x95 mm2", 64, 200),
    ("K-04", "LVMDP-01", "SDP lantai 3", "NYY 4x120 mm2", 110, 250),
    ("K-05", "LVMDP-01", "Kapasitor bank 50 kVAr", "NYAF 3x35 mm2", 6, 100),
)


def paper(text: str) -> bytes:
    """A PDF of A4 pages with a text in Helvetica, 11 points."""
    lines = text.splitlines()
    pages = [
        lines[first : first + LINES_OF_A_PAGE]
        for first in range(0, len(lines), LINES_OF_A_PAGE)
    ]
    objects = ["<</Type/Catalog/Pages 2 0 R>>", ""]
    objects.append("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    kids = []
    for page in pages:
        drawn = "\n".join(
            f"BT /F1 11 Tf 60 {780 - 16 * place} Td ({_escaped(line)}) Tj ET"
            for place, line in enumerate(page)
        )
        objects.append(f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream")
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {len(objects)} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>"
    return _assembled(objects)


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _assembled(objects: Sequence[str]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj{text}endobj\n".encode("latin-1", "replace")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(objects) + 1
    return (
        out
        + (
            f"xref\n0 {count}\n0000000000 65535 f \n{table}"
            f"trailer<</Size {count}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF\n"
        ).encode()
    )


def cable_list() -> bytes:
    heads = ("No", "Dari", "Ke", "Kabel", "Panjang (m)", "Arus (A)")
    with write_workbook("Kabel", heads, CABLES, (8, 14, 26, 18, 12, 10)) as file:
        return file.read()


def minutes() -> bytes:
    import docx  # noqa: PLC0415 - the demo only

    document = docx.Document()
    document.add_heading("Notulen rapat klarifikasi teknis", 1)
    document.add_paragraph(
        "Pelanggan meminta ruang cadangan 20 % pada busbar dan pintu dengan kunci seragam."
    )
    document.add_paragraph("Power meter harus Modbus TCP; Modbus RTU tidak diterima.")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def diagram() -> bytes:
    """A picture of a single line diagram."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - the demo only

    picture = Image.new("RGB", (900, 560), "white")
    draw = ImageDraw.Draw(picture)
    draw.text((40, 20), "SLD LVMDP-01  400 V  65 kA", fill="black", font_size=30)
    draw.line([(450, 80), (450, 200)], fill="black", width=4)
    draw.rectangle([425, 120, 475, 170], outline="black", width=4)
    draw.text((490, 130), "ACB 4000 A", fill="black", font_size=24)
    draw.line([(80, 200), (820, 200)], fill="black", width=10)
    for place, text in enumerate(("400 A", "400 A", "200 A", "250 A", "100 A")):
        left = 120 + place * 160
        draw.line([(left, 200), (left, 420)], fill="black", width=4)
        draw.rectangle([left - 20, 270, left + 20, 320], outline="black", width=4)
        draw.text((left - 30, 430), text, fill="black", font_size=24)
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


# Name, file name, content, uploader, days ago, whether every job is asked for it.
FILES: tuple[tuple[str, str, Callable[[], bytes], int, int, bool], ...] = (
    ("SLD", "SLD LVMDP-01.png", diagram, 12, 70, True),
    ("Layout panel", "Layout LVMDP-01.pdf", lambda: paper(LAYOUT), 12, 68, True),
    (
        "Spesifikasi teknis",
        "Spesifikasi LVMDP.pdf",
        lambda: paper(STANDARD),
        7,
        66,
        True,
    ),
    ("Daftar kabel", "Daftar kabel LVMDP-01.xlsx", cable_list, 12, 30, True),
    ("Prosedur FAT", "FAT procedure.pdf", lambda: paper(FAT), 7, 21, True),
    ("Notulen klarifikasi teknis", "Notulen.docx", minutes, 12, 9, False),
)
# By the place of a job in PPIC's list: which of the files above it has.
HAS = ((0, 1, 2, 3, 4), (0, 1, 2, 5), (0, 2), (0, 1, 2, 3), ())
REVISED = LAYOUT.replace("4800 mm", "5200 mm").replace("2.350 kg", "2.480 kg")


def seed_documents(people: Mapping[int, User], at: At) -> None:
    """Documents with their history, one that waits for its file, and the jobs' checklists."""
    now, made = timezone.now(), list[SupportTable]()
    for name, file_name, content, whose, days, is_listed in FILES:
        with at(now - timedelta(days=days)):
            document = upload_document(
                by=people[whose],
                name=name,
                file_name=file_name,
                content=BytesIO(content()),
            )
            if is_listed:
                list_document(document_id=document.pk, by=people[7], is_listed=True)
        made.append(document)
    with at(now - timedelta(days=12)):
        upload_version(
            document_id=made[1].pk,
            by=people[12],
            file_name="Layout LVMDP-01 rev B.pdf",
            content=BytesIO(paper(REVISED)),
            note="Ruang cadangan 20 %",
        )
        sheet = add_document(by=people[7], name="Nameplate")
        list_document(document_id=sheet.pk, by=people[7], is_listed=True)
    jobs = sorted(upstreams.ppic().jobs().value.values(), key=lambda job: -job.ext_id)
    for job, places in zip(jobs, HAS, strict=False):
        with at(now - timedelta(days=6)):
            set_job_documents(
                job_id=job.ext_id,
                by=people[12],
                document_ids=[made[place].pk for place in places],
                job_name=job.name,
            )
