"""The verbs of BOM approval, each written once."""

from bom.services.decisions import decide_bom
from bom.services.detection import look_for_changes, take_hook, work_hooks
from bom.services.opening import (
    invite_pics,
    note_opening,
    open_bom,
    put_up_content,
    remove_pic,
)

__all__ = [
    "decide_bom",
    "invite_pics",
    "look_for_changes",
    "note_opening",
    "open_bom",
    "put_up_content",
    "remove_pic",
    "take_hook",
    "work_hooks",
]
