"""The company's week, and the holidays that are decreed for 2026 and 2027."""

from datetime import time

from django.db import migrations

# Joint decrees of the ministers of religious affairs, of manpower, and of administrative reform; the lists
# are those that the State Secretariat publishes (setneg.go.id).
DECREES = {
    "2026": "SKB 3 Menteri No. 1497/2025, 2/2025, 5/2025 (19 September 2025), setneg.go.id",
    "2027": "SKB 3 Menteri No. 1205/2026, 3/2026, 2/2026 (15 September 2026), setneg.go.id",
}
# The decree of 2027 leaves these to a decision of the minister of religious affairs, shortly before.
PROVISIONAL = "; provisional until the Ministry of Religious Affairs confirms the day (sidang isbat)"
TO_BE_CONFIRMED = ("Idulfitri 1448", "Iduladha 1448")
NATIONAL, LEAVE = "national", "leave"
HOLIDAYS = (
    ("2026-01-01", NATIONAL, "Tahun Baru 2026 Masehi"),
    ("2026-01-16", NATIONAL, "Isra Mikraj Nabi Muhammad saw."),
    ("2026-02-16", LEAVE, "Cuti Bersama Tahun Baru Imlek 2577 Kongzili"),
    ("2026-02-17", NATIONAL, "Tahun Baru Imlek 2577 Kongzili"),
    ("2026-03-18", LEAVE, "Cuti Bersama Hari Suci Nyepi (Tahun Baru Saka 1948)"),
    ("2026-03-19", NATIONAL, "Hari Suci Nyepi (Tahun Baru Saka 1948)"),
    ("2026-03-20", LEAVE, "Cuti Bersama Idulfitri 1447 Hijriah"),
    ("2026-03-21", NATIONAL, "Idulfitri 1447 Hijriah"),
    ("2026-03-22", NATIONAL, "Idulfitri 1447 Hijriah"),
    ("2026-03-23", LEAVE, "Cuti Bersama Idulfitri 1447 Hijriah"),
    ("2026-03-24", LEAVE, "Cuti Bersama Idulfitri 1447 Hijriah"),
    ("2026-04-03", NATIONAL, "Wafat Yesus Kristus"),
    ("2026-04-05", NATIONAL, "Kebangkitan Yesus Kristus (Paskah)"),
    ("2026-05-01", NATIONAL, "Hari Buruh Internasional"),
    ("2026-05-14", NATIONAL, "Kenaikan Yesus Kristus"),
    ("2026-05-15", LEAVE, "Cuti Bersama Kenaikan Yesus Kristus"),
    ("2026-05-27", NATIONAL, "Iduladha 1447 Hijriah"),
    ("2026-05-28", LEAVE, "Cuti Bersama Iduladha 1447 Hijriah"),
    ("2026-05-31", NATIONAL, "Hari Raya Waisak 2570 BE"),
    ("2026-06-01", NATIONAL, "Hari Lahir Pancasila"),
    ("2026-06-16", NATIONAL, "1 Muharam Tahun Baru Islam 1448 Hijriah"),
    ("2026-08-17", NATIONAL, "Proklamasi Kemerdekaan"),
    ("2026-08-25", NATIONAL, "Maulid Nabi Muhammad saw."),
    ("2026-12-24", LEAVE, "Cuti Bersama Kelahiran Yesus Kristus (Natal)"),
    ("2026-12-25", NATIONAL, "Kelahiran Yesus Kristus (Natal)"),
    ("2027-01-01", NATIONAL, "Tahun Baru 2027 Masehi"),
    ("2027-01-05", NATIONAL, "Isra Mikraj Nabi Muhammad saw."),
    ("2027-02-05", LEAVE, "Cuti Bersama Tahun Baru Imlek 2578 Kongzili"),
    ("2027-02-06", NATIONAL, "Tahun Baru Imlek 2578 Kongzili"),
    ("2027-03-08", NATIONAL, "Hari Suci Nyepi (Tahun Baru Saka 1949)"),
    ("2027-03-09", LEAVE, "Cuti Bersama Idulfitri 1448 Hijriah"),
    ("2027-03-10", NATIONAL, "Idulfitri 1448 Hijriah"),
    ("2027-03-11", NATIONAL, "Idulfitri 1448 Hijriah"),
    ("2027-03-12", LEAVE, "Cuti Bersama Idulfitri 1448 Hijriah"),
    ("2027-03-15", LEAVE, "Cuti Bersama Idulfitri 1448 Hijriah"),
    ("2027-03-25", LEAVE, "Cuti Bersama Wafat Yesus Kristus"),
    ("2027-03-26", NATIONAL, "Wafat Yesus Kristus"),
    ("2027-03-28", NATIONAL, "Kebangkitan Yesus Kristus (Paskah)"),
    ("2027-05-01", NATIONAL, "Hari Buruh Internasional"),
    ("2027-05-06", NATIONAL, "Kenaikan Yesus Kristus"),
    ("2027-05-17", NATIONAL, "Iduladha 1448 Hijriah"),
    ("2027-05-18", LEAVE, "Cuti Bersama Iduladha 1448 Hijriah"),
    ("2027-05-19", LEAVE, "Cuti Bersama Hari Raya Waisak 2571 BE"),
    ("2027-05-20", NATIONAL, "Hari Raya Waisak 2571 BE"),
    ("2027-06-01", NATIONAL, "Hari Lahir Pancasila"),
    ("2027-06-06", NATIONAL, "1 Muharam Tahun Baru Islam 1449 Hijriah"),
    ("2027-08-15", NATIONAL, "Maulid Nabi Muhammad saw."),
    ("2027-08-17", NATIONAL, "Proklamasi Kemerdekaan"),
    ("2027-12-24", LEAVE, "Cuti Bersama Kelahiran Yesus Kristus (Natal)"),
    ("2027-12-25", NATIONAL, "Kelahiran Yesus Kristus (Natal)"),
    ("2027-12-26", NATIONAL, "Isra Mikraj Nabi Muhammad saw."),
)


def source_of(day, name):
    """Where a day was decreed, and whether it may still move."""
    may_move = any(words in name for words in TO_BE_CONFIRMED)
    return DECREES[day[:4]] + (PROVISIONAL if may_move else "")


def add_rows(apps, _schema):
    """Monday to Friday, 08:00 to 17:00 with an hour's break at noon; and the holidays."""
    week, holiday = (apps.get_model("workdays", name) for name in ("WorkingDay", "Holiday"))
    clock = {"starts": time(8), "ends": time(17), "break_starts": time(12)}
    week.objects.bulk_create(week(weekday=day, break_minutes=60, **clock) for day in range(5))
    holiday.objects.bulk_create(
        holiday(date=day, kind=kind, name=name, source=source_of(day, name))
        for day, kind, name in HOLIDAYS
    )


class Migration(migrations.Migration):
    dependencies = [("workdays", "0001_initial")]
    operations = [migrations.RunPython(add_rows, migrations.RunPython.noop)]
