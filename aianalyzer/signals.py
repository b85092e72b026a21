"""What happened to an analysis; sent inside the transaction of its cause."""

from django.dispatch import Signal

analysis_ended = Signal()  # generation: done or failed, event
