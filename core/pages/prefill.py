"""A form that another part of EMS filled in, kept in the session until a person confirms it."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from typing import IO, Any

from django.contrib.sessions.backends.base import SessionBase
from django.core.files.storage import default_storage

DRAFTS = "drafts"
MOST = 5


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A stored file that goes along: its name for people, and its name in the store."""

    name: str
    stored_name: str


@dataclass(frozen=True, slots=True)
class Draft:
    """First values of a form. values: by field name, as JSON; origin: where they come from."""

    values: Mapping[str, Any]
    origin: str
    files: Sequence[DraftFile] = ()

    @contextmanager
    def opened_files(self, *, is_wanted: bool) -> Iterator[list[tuple[str, IO[bytes]]]]:
        """The files with their contents, to be kept by the record; none where they are not wanted.

        Raises FileNotFoundError when the store no longer has one.
        """
        with ExitStack() as open_ones:
            yield [
                (
                    each.name,
                    open_ones.enter_context(default_storage.open(each.stored_name)),
                )
                for each in (self.files if is_wanted else ())
            ]


def keep_draft(
    session: SessionBase,
    *,
    form: str,
    values: Mapping[str, Any],
    origin: str,
    files: Sequence[DraftFile] = (),
) -> str:
    """Keep values for one form and return the key that its address carries as ``?draft=``.

    ``form`` names the form (``change``, ``activity``), so that a key of one opens no other.
    ``origin`` (``analysis:12``) is what the record remembers; ``files`` go along where the form takes
    files. The last five drafts are kept.
    """
    key = uuid.uuid4().hex
    drafts = dict(session.get(DRAFTS, {}))
    drafts[key] = {
        "form": form,
        "values": dict(values),
        "origin": origin,
        "files": [asdict(each) for each in files],
    }
    session[DRAFTS] = dict(list(drafts.items())[-MOST:])
    return key


def read_draft(session: SessionBase, *, form: str, key: str) -> Draft | None:
    """Return the draft of that form, or None when the session does not hold it."""
    row = session.get(DRAFTS, {}).get(key)
    if not row or row["form"] != form:
        return None
    files = tuple(DraftFile(**each) for each in row.get("files", ()))
    return Draft(row["values"], row["origin"], files)
