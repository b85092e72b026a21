"""The demo company's analyses: a tender and an inquiry, read by the offline analyzer.

Development only. They go through the real services, and so through the real child processes.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from io import BytesIO

from django.utils import timezone

from aianalyzer.queries.inquiries import inquiry_text, subject_of
from aianalyzer.services import run_analysis, start_analysis
from core.accounts.models import User
from core.integrations import upstreams
from demo.documents import paper

At = Callable[[datetime], AbstractContextManager[None]]
TENDER = """RENCANA KERJA DAN SYARAT-SYARAT: PANEL TEGANGAN RENDAH

Pemilik: PT Graha Medika Husadatama
Konsultan: PT Cakra Buana Konsultan

1. Lingkup pekerjaan
Kontraktor wajib memasok 2 unit LVMDP-A 3200 A dan 6 unit SDP 630 A.
Panel harus dirancang dan diuji sesuai IEC 61439-2, SNI 0225:2011 dan PUIL 2011.
Tegangan sistem 400/230 V AC, 50 Hz, arus hubung singkat Icw 50 kA / 1 detik.
Derajat proteksi di dalam ruangan adalah IP 42 dan di ruang pompa IP 54.

2. Konstruksi
Busbar utama dibuat dari tembaga dengan kemurnian 99,9 persen dan dilapisi timah.
Pemisahan internal Form 3b untuk LVMDP dan Form 2b untuk SDP.
Warna panel RAL 7035, tebal pelat 2 mm, dicat serbuk setelah fosfatasi.
Komponen utama menggunakan merek Schneider Electric, ABB atau Siemens.

3. Penyerahan
Kontraktor menyerahkan gambar SLD, layout dan wiring dalam 14 hari kalender.
FAT disaksikan oleh pemilik sebelum pengiriman.
Pengiriman ke lokasi paling lambat tanggal 12 Maret 2027.
Genset cadangan 1250 kVA dihubungkan melalui ATS-AMF dengan interlock mekanik.
"""


def seed_analyses(people: Mapping[int, User], at: At) -> None:
    """One document and one inquiry, analysed some days ago."""
    inquiries = list(upstreams.crm().inquiries().value.values())
    if len(inquiries) < 2:
        return
    first, second = inquiries[-1], inquiries[-2]
    moment = timezone.now() - timedelta(days=2)
    with at(moment):
        tender = start_analysis(
            by=people[12],
            name="RKS-Panel-TR.pdf",
            content=BytesIO(paper(TENDER)),
            ext_inquiry_id=first.ext_id,
            subject=subject_of(first),
        )
        run_analysis(generation_id=tender.pk)
    with at(moment + timedelta(hours=5)):
        inquiry = start_analysis(
            by=people[7],
            name=f"Inquiry {second.ext_id}.txt",
            content=BytesIO(inquiry_text(second).encode()),
            ext_inquiry_id=second.ext_id,
            subject=subject_of(second),
        )
        run_analysis(generation_id=inquiry.pk)
