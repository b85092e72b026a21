"""What happened to a delivery; sent inside the transaction of its cause."""

from django.dispatch import Signal

delivery_made = Signal()  # delivery: Delivery
delivery_parked = Signal()  # delivery: Delivery
