"""How far a moment is from another in words, in Indonesian and in English, seen from Jakarta.

The server and the browser are held to the same table. A blank in words does not break the line.
"""

NOW = "2026-11-29T12:00:00+07:00"
SPELLED: tuple[tuple[str, str, str, str], ...] = (
    (NOW, "2026-11-29T12:00:00+07:00", "baru saja", "just now"),
    (NOW, "2026-11-29T11:59:01+07:00", "baru saja", "just now"),
    (NOW, "2026-11-29T12:00:59+07:00", "baru saja", "just now"),
    (NOW, "2026-11-29T11:59:00+07:00", "1 menit yang lalu", "1 minute ago"),
    (NOW, "2026-11-29T11:58:01+07:00", "1 menit yang lalu", "1 minute ago"),
    (NOW, "2026-11-29T11:25:10+07:00", "34 menit yang lalu", "34 minutes ago"),
    (NOW, "2026-11-29T11:00:01+07:00", "59 menit yang lalu", "59 minutes ago"),
    (NOW, "2026-11-29T12:35:50+07:00", "dalam 35 menit", "in 35 minutes"),
    (NOW, "2026-11-29T11:00:00+07:00", "1 jam yang lalu", "1 hour ago"),
    (NOW, "2026-11-29T10:00:01+07:00", "1 jam yang lalu", "1 hour ago"),
    (NOW, "2026-11-28T12:00:01+07:00", "23 jam yang lalu", "23 hours ago"),
    (NOW, "2026-11-30T11:59:59+07:00", "dalam 23 jam", "in 23 hours"),
    (NOW, "2026-11-28T12:00:00+07:00", "kemarin", "yesterday"),
    (NOW, "2026-11-28T00:00:00+07:00", "kemarin", "yesterday"),
    (NOW, "2026-11-30T12:00:00+07:00", "besok", "tomorrow"),
    (NOW, "2026-11-30T23:59:00+07:00", "besok", "tomorrow"),
    (NOW, "2026-11-27T23:59:00+07:00", "2 hari yang lalu", "2 days ago"),
    (NOW, "2026-11-24T13:00:00+07:00", "5 hari yang lalu", "5 days ago"),
    (NOW, "2026-11-23T00:00:00+07:00", "6 hari yang lalu", "6 days ago"),
    (NOW, "2026-12-02T09:00:00+07:00", "dalam 3 hari", "in 3 days"),
    (NOW, "2026-12-05T23:00:00+07:00", "dalam 6 hari", "in 6 days"),
    (NOW, "2026-11-22T23:59:00+07:00", "22 Nov 2026", "22 Nov 2026"),
    (NOW, "2026-12-06T00:00:00+07:00", "06 Des 2026", "06 Dec 2026"),
    (NOW, "2025-08-03T10:00:00+07:00", "03 Agu 2025", "03 Aug 2025"),
    # Where it is still yesterday in London, and where it is already tomorrow.
    (
        "2026-11-29T00:30:00+07:00",
        "2026-11-27T23:30:00+07:00",
        "2 hari yang lalu",
        "2 days ago",
    ),
    (
        "2026-11-29T06:00:00+07:00",
        "2026-11-28T05:30:00+07:00",
        "kemarin",
        "yesterday",
    ),
    # By the clock of another zone.
    (NOW, "2026-11-29T04:00:00+00:00", "1 jam yang lalu", "1 hour ago"),
)
