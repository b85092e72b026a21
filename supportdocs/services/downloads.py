"""A kept file goes out as it came in, or not at all (docs/threats.md#f50)."""

from django.utils.translation import gettext as _

from core.errors import DomainError
from core.files.downloads import Served
from core.files.uploaded import digest_of
from supportdocs.models import DocumentVersion
from supportdocs.services.integrity import note_damage

# Up to here a file is compared with its digest before it is sent, in some hundredths of a second;
# a larger one each night.
COMPARED_BYTES = 16 << 20


def serve_version(
    version: DocumentVersion, *, is_whole: bool, is_inline: bool = False
) -> Served:
    """A version as it is to be served. ``is_whole``: all of it is asked for, and not a part.

    Raises DomainError ``blob_corrupt``. A damage that is found here is kept and told as the
    nightly check does.
    """
    is_damaged = version.is_damaged
    if not is_damaged and is_whole and _is_found_damaged(version):
        note_damage(version)
        is_damaged = True
    if is_damaged:
        raise DomainError(
            _("This file is damaged in the store. Take an older version; IT knows."),
            "blob_corrupt",
        )
    return Served(
        version.name,
        version.stored_name,
        version.content_type,
        version.sha256,
        is_inline,
    )


def _is_found_damaged(version: DocumentVersion) -> bool:
    """Whether it is there and differs; that it is missing or away is said when it is sent."""
    if version.size > COMPARED_BYTES:
        return False
    try:
        found = digest_of(version.stored_name)
    except OSError:
        return False
    return bool(found) and found != version.sha256
