"""What happened to people; sent inside the transaction of its cause."""

from django.dispatch import Signal

role_granted = Signal()  # user_id: int, role: str, by: User
role_revoked = Signal()  # user_id: int, role: str, by: User
