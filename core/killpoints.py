"""Named places where a test may kill the process (docs/threats.md#kill-points).

Without ``EMS_KILLPOINTS=on`` in the environment of the process, which no installation sets,
nothing here does anything.
"""

import os
import signal

SWITCH, NAME = "EMS_KILLPOINTS", "EMS_KILLPOINT"


def die_at(name: str) -> None:
    """End the process as ``kill -9`` does, if this is the chosen place."""
    if os.environ.get(SWITCH) == "on" and os.environ.get(NAME) == name:
        os.kill(os.getpid(), signal.SIGKILL)
