"""Word, Excel and PowerPoint files are ZIPs: judged before anything opens them."""

from pathlib import Path

from core.documents.model import ReadError, Table
from core.documents.readers.plain import reason_of
from core.files import archives


def require_safe(path: Path) -> None:
    """Raises ReadError for a package that would become a bomb, is encrypted or broken."""
    with path.open("rb") as file:
        try:
            archives.inspect(file)
        except archives.ArchiveError as error:
            raise ReadError(reason_of(error)) from None


def spell(table: Table) -> str:
    """A table as lines, so that its words are found and cited like others."""
    return "\n".join(
        "\t".join(cell.replace("\n", " ") for cell in row) for row in table
    )
