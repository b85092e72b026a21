"""Who works there."""

from typing import Any

from sandbox.recipes.dice import dice

Row = dict[str, Any]

DEPARTMENTS = {
    4: "Eng Elec LV",
    5: "Eng Elec HV",
    6: "Eng Mechanical",
    7: "Estimator",
    8: "PPIC",
}
# id, name, department, head?
PEOPLE = (
    (1, "Dewi Anggraini", 8, False),
    (2, "Bambang Prakoso", 8, True),
    (3, "Rina Lestari", 4, True),
    (4, "Yusuf Hidayatullah", 5, True),
    (5, "Maya Kusumawati", 7, True),
    (6, "Surya Darmawan", 6, True),
    (7, "Hendi Saputra", 4, True),
    (8, "Fajar Nugraha", 4, False),
    (9, "Siska Permatasari", 7, False),
    (10, "Dimas Ardiansyah", 5, False),
    (11, "Putri Handayani", 4, False),
    (12, "Agus Wijaya", 4, False),
    (13, "Galih Pamungkas", 6, False),
    (14, "Nadia Rahmawati", 4, False),
    (15, "Rizky Firmansyah", 5, False),
    (16, "Wulan Sekarsari", 8, False),
    (17, "Eko Prasetyadi", 4, False),
    (18, "Lukman Hakimi", 6, False),
    (19, "Tania Maharani", 7, False),
    (20, "Bayu Setiadi", 5, False),
    (21, "Citra Wulandari", 4, False),
    (22, "Irfan Maulana", 6, False),
    (23, "Joko Susanto", 8, False),
    (24, "Kartika Puspita", 5, False),
    (25, "Made Sudiarta", 4, False),
    (26, "Novi Andriani", 7, False),
    (27, "Oki Ramadhani", 6, False),
    (28, "Ratna Melati", 8, False),
    (29, "Togar Simarmata", 5, False),
    (30, "Vina Oktaviani", 7, False),
)
ADMINISTRATOR = 1
FIRST_YEAR, LAST_YEAR = 2014, 2026


def departments() -> list[Row]:
    """Return the five departments."""
    return [{"id": number, "name": name} for number, name in DEPARTMENTS.items()]


def people() -> list[Row]:
    """Return the thirty, the longest-serving first."""
    rng = dice("people")
    span = LAST_YEAR - FIRST_YEAR
    return [
        {
            "id": number,
            "username": _username(number, name),
            "name": name,
            "departmentId": department,
            "isHead": is_head,
            "entryDate": f"{FIRST_YEAR + span * number // len(PEOPLE)}"
            f"-{rng.randrange(1, 11):02}-{rng.randrange(1, 29):02}",
            # No Indonesian subscriber number begins so: nobody can be called.
            "phoneNumber": f"62800000{number:04}",
        }
        for number, name, department, is_head in PEOPLE
    ]


def _username(number: int, name: str) -> str:
    return "admin" if number == ADMINISTRATOR else name.split(maxsplit=1)[0].lower()


def engineers() -> list[int]:
    """Return the ids of those who draw panels."""
    names = ("Eng Elec LV", "Eng Elec HV", "Eng Mechanical")
    return [number for number, _, group, _ in PEOPLE if DEPARTMENTS[group] in names]
