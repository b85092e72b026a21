"""What cannot work is said in one sentence, without a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError

FAILED = 1
MISCONFIGURED = 2


class Refusal(CommandError):  # noqa: N818 - named for what happened
    """One sentence for a person, and the exit code; Django's commands print it so too."""

    def __init__(self, sentence: str, code: int = FAILED) -> None:
        super().__init__(sentence, returncode=code)


@contextmanager
def in_one_sentence() -> Iterator[None]:
    """Turn what the settings and the disk object to into a Refusal."""
    try:
        yield
    except ImproperlyConfigured as error:
        raise Refusal(str(error), MISCONFIGURED) from error
    except (PermissionError, NotADirectoryError, FileExistsError) as error:
        sentence = f"{error.filename} cannot be written: {error.strerror}."
        raise Refusal(sentence) from error
