"""The verbs of BOM approval, each written once."""

from bom.services.decisions import decide_bom
from bom.services.detection import look_for_changes, take_hook, work_hooks
from bom.services.legacy import (
    meant_bom,
    needs_content,
    refuse_strangers,
    save_bom,
)
from bom.services.opening import (
    fetch_content,
    invite_pics,
    open_bom,
    put_up_content,
    remove_pic,
)
from bom.services.receipts import receipt_of_bom

__all__ = [
    "decide_bom",
    "fetch_content",
    "invite_pics",
    "look_for_changes",
    "meant_bom",
    "needs_content",
    "open_bom",
    "put_up_content",
    "receipt_of_bom",
    "refuse_strangers",
    "remove_pic",
    "save_bom",
    "take_hook",
    "work_hooks",
]
