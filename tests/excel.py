"""Excel files as tests read them: the table below its title and filters."""

import re
from typing import Any

SUMS = {"Total", "Jumlah"}


def below_the_title(sheet: Any) -> list[tuple[Any, ...]]:
    """The values from the row of the heads on, which stays when the window scrolls."""
    top = int(re.sub(r"\D", "", sheet.freeze_panes)) - 1
    return list(sheet.iter_rows(min_row=top, values_only=True))


def records_of(sheet: Any) -> list[tuple[Any, ...]]:
    """The same without the row of the sums."""
    return [row for row in below_the_title(sheet) if row[0] not in SUMS]
