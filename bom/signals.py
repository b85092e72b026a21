"""Signals of a BOM approval; sent inside the transaction of their cause."""

from django.dispatch import Signal

bom_opened = (
    Signal()
)  # approval, by: User | None, event, asked: frozenset[int] of auth server ids
bom_invited = Signal()  # approval, by, event, asked
bom_uninvited = Signal()  # approval, by, event, asked
bom_decided = (
    Signal()
)  # approval, by, event, decision, told: frozenset[int] of auth server ids
