"""Signals about people; sent inside the transaction of their cause."""

from django.dispatch import Signal

person_named = Signal()  # user: User, who never logged in; phone: str
role_granted = Signal()  # user_id: int, role: str, by: User
role_revoked = Signal()  # user_id: int, role: str, by: User
admin_settled = (
    Signal()
)  # user: User, is_admin: bool; EMS_ADMINS names the person, or no longer
sessions_ended = Signal()  # user: User, by: User
pin_set = Signal()  # user: User
pin_removed = Signal()  # user: User
pin_locked = Signal()  # user: User
