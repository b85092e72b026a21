"""Signals of a delivery; sent inside the transaction of their cause."""

from django.dispatch import Signal

delivery_made = Signal()  # delivery: Delivery
delivery_parked = Signal()  # delivery: Delivery
