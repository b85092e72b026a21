"""Signals of an analysis; sent inside the transaction of their cause."""

from django.dispatch import Signal

analysis_ended = Signal()  # generation: done or failed, event
