"""What a person or a command does with the switch."""

from legacy.services.importing import Wanted, import_old
from legacy.services.orders import start_run
from legacy.services.quarantine import correct_row, keep_here, leave_out

__all__ = ["Wanted", "correct_row", "import_old", "keep_here", "leave_out", "start_run"]
