"""Signals of a change; sent inside the transaction of their cause."""

from django.dispatch import Signal

change_submitted = Signal()  # change, by, event, deciders: frozenset[int]
change_edited = Signal()  # change, by, event, deciders: frozenset[int]
change_decided = Signal()  # change, by, event, decision, deciders: frozenset[int]
change_withdrawn = Signal()  # change, by, event
