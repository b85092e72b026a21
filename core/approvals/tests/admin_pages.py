"""What the tests of the administration's lists share: addresses, and what is pressed."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from core.accounts.models import User
from engineering.models import ChangeNotice

Log = Callable[[User], Client]
LIST, BOMS = "/admin/engineering/changenotice/", "/admin/bom/bomapproval/"
MINE = f"{LIST}?waiting=me"


def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def row(record: Any, status: int, remark: str = "") -> dict[str, Any]:
    shown = f"{record.pk}:{record.revision}:{record.digest}"
    return {"shown": shown, "status": str(status), "remark": remark}


def page_of(record: Any) -> str:
    return f"{LIST if isinstance(record, ChangeNotice) else BOMS}{record.pk}/change/"
