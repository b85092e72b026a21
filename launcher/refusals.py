"""Errors of a start, said in one sentence without a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured

FAILED = 1
MISCONFIGURED = 2


class Refusal(Exception):  # noqa: N818 - named for what happened
    """One sentence for a person, and the exit code.

    Not Django's CommandError: that would be printed with its name in front.
    """

    def __init__(self, sentence: str, code: int = FAILED) -> None:
        super().__init__(sentence)
        self.code = code


@contextmanager
def in_one_sentence() -> Iterator[None]:
    """Turn what the settings and the disk object to into a Refusal."""
    try:
        yield
    except ImproperlyConfigured as error:
        raise Refusal(str(error), MISCONFIGURED) from error
    except OSError as error:
        if error.filename is None:
            raise
        sentence = f"{error.filename} cannot be written: {error.strerror}."
        raise Refusal(sentence) from error
