"""The task lists that engineers start from: task and minutes."""

from typing import Any

TEMPLATES = {
    "Panel LV standard": (
        ("Review spesifikasi & SLD tender", 120),
        ("Gambar SLD", 240),
        ("Gambar layout & general arrangement", 360),
        ("Wiring diagram kontrol", 480),
        ("Daftar material (BOM)", 180),
        ("Approval drawing ke pelanggan", 60),
    ),
    "Panel MV cubicle": (
        ("Perhitungan arus hubung singkat", 180),
        ("SLD 20 kV", 300),
        ("Skema proteksi & setting relay", 420),
        ("Layout & foundation plan", 360),
        ("BOM kubikel", 240),
    ),
    "MCC": (
        ("Daftar motor & pemilihan starter", 240),
        ("SLD MCC", 300),
        ("Wiring typical feeder", 600),
        ("Layout bucket", 360),
        ("Daftar kabel & terminal", 240),
        ("BOM", 240),
    ),
    "Capacitor bank": (
        ("Perhitungan kVAr & detuned reactor", 120),
        ("SLD & wiring regulator", 240),
        ("Layout & ventilasi", 180),
        ("BOM", 120),
    ),
    "ATS / AMF / sinkron": (
        ("Filosofi kontrol", 180),
        ("SLD & interlock", 240),
        ("Wiring & program PLC", 960),
        ("Layout", 240),
        ("BOM", 180),
        ("Prosedur FAT", 120),
    ),
    "Estimasi & penawaran": (
        ("Baca dokumen tender", 150),
        ("Take-off material", 240),
        ("Harga & margin", 120),
        ("Klarifikasi teknis", 90),
    ),
}


def templates() -> list[dict[str, Any]]:
    """Return six templates in the shape of the meeting backend."""
    return [
        {
            "name": name,
            "items": [
                {"name": task, "workingMins": minutes} for task, minutes in tasks
            ],
        }
        for name, tasks in TEMPLATES.items()
    ]
