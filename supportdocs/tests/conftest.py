"""People, and files to upload."""

from io import BytesIO
from typing import Any

import pytest

from core.accounts.models import User
from supportdocs.models import SupportTable
from supportdocs.services import upload_document
from tests import papers

WORDS = papers.pdf(["Busbar tembaga 4000 A\nIEC 61439-2", "Power meter Modbus TCP"])


def upload(by: User, content: bytes = WORDS, **more: Any) -> SupportTable:
    """A document of one version."""
    given = {"file_name": "Spesifikasi.pdf", **more}
    made = upload_document(by=by, content=BytesIO(content), **given)
    return SupportTable.objects.select_related("current").get(pk=made.pk)


@pytest.fixture
def document(agus: User) -> SupportTable:
    """Uploaded by Agus."""
    return upload(agus)
