"""The operations of landed migrations; they live in ``core.db.search``."""

from core.db.search import (
    CreateTextIndex,
    CreateWordIndex,
    DropTextIndex,
    RenewTextIndex,
    StoreWordVectors,
)

__all__ = [
    "CreateTextIndex",
    "CreateWordIndex",
    "DropTextIndex",
    "RenewTextIndex",
    "StoreWordVectors",
]
