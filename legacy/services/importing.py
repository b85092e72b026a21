"""A whole import, as the command and the worker start it: one at a time, with its report."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import IntegrityError
from django.utils.translation import gettext as _

from core.errors import DomainError
from legacy.alone import alone
from legacy.files import OldFiles
from legacy.models import LegacyRun
from legacy.reading import CHUNK
from legacy.report import collect
from legacy.running import Progress, begin, require_directory, run_import
from legacy.source import open_source
from legacy.world import Choices, read_world

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is imported and how; ``ordered``: the run that an administrator started."""

    choices: Choices
    files: Path | None = None
    since_last: bool = False
    ordered: LegacyRun | None = None
    chunk: int = CHUNK


def import_old(
    address: str, wanted: Wanted, say: Say, *, as_json: bool = False
) -> LegacyRun:
    """Take the old database over, or go on where a run was killed; the run with its report.

    Raises DomainError ``illegal_transition`` (another import runs, records of its own), ``unavailable``
    (the source or the directory is away), ``invalid``, ``not_found``, ``forbidden``.
    """
    old, choices = OldFiles.in_folder(wanted.files), wanted.choices
    with alone(), open_source(address) as source:
        if not choices.is_without_directory:
            require_directory()
        run = begin(
            source,
            since_last=wanted.since_last,
            choices=choices,
            ordered=wanted.ordered,
        )
        world = read_world(choices, old)
        progress = Progress(say, run, at_start=run.read, as_json=as_json)
        _go(
            run,
            lambda: run_import(source, run, world, progress, chunk=wanted.chunk),
        )
        run.result = collect(run, world)
        run.save(update_fields=["result"])
    return run


def _go(run: LegacyRun, work: Callable[[], None]) -> None:
    """Do it; why it stopped is kept with the run."""
    try:
        work()
    except DomainError as error:
        stop(run, error.sentence)
        raise
    except IntegrityError as error:
        sentence = _(
            "Somebody else wrote the same rows (%s). This chunk was not written;"
            " start the import again and it goes on."
        )
        stop(run, sentence % error)
        raise DomainError(sentence % error, "illegal_transition") from error


def stop(run: LegacyRun, sentence: str) -> None:
    """Keep why it did not come to its end."""
    LegacyRun.objects.filter(pk=run.pk).update(problem=sentence[:2000])
