"""What a refusal must say."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from core.errors import DomainError


@contextmanager
def refused(code: str, field: str = "") -> Iterator[None]:
    """A refusal by this code, at this field of the input."""
    with pytest.raises(DomainError) as found:
        yield
    assert found.value.code == code
    assert list(found.value.errors) == ([field] if field else [])
