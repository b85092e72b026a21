"""The verbs about people: log in, log out, mirror, grant and revoke roles."""

from core.accounts.services.login import (
    SignIn,
    confirm_password,
    forget_expired,
    forget_token,
    remember_token,
    sign_in,
    wrong_credentials,
)
from core.accounts.services.people import (
    end_sessions,
    ensure_users,
    known_person,
    mirror_person,
    refuse_stranger,
    sync_directory,
    update_admin_flag,
)
from core.accounts.services.pins import check_pin, remove_pin, set_pin
from core.accounts.services.quota import count_broken_off, take_quota
from core.accounts.services.reentry import (
    confirm_signature,
    needs_reentry,
    reauth_required,
    require_reentry,
)
from core.accounts.services.roles import (
    change_role,
    grant_role,
    revoke_role,
    valid_role,
)
from core.accounts.services.uploads import NamedFile, stored_files

__all__ = [
    "NamedFile",
    "SignIn",
    "change_role",
    "check_pin",
    "confirm_password",
    "confirm_signature",
    "count_broken_off",
    "end_sessions",
    "ensure_users",
    "forget_expired",
    "forget_token",
    "grant_role",
    "known_person",
    "mirror_person",
    "needs_reentry",
    "reauth_required",
    "refuse_stranger",
    "remember_token",
    "remove_pin",
    "require_reentry",
    "revoke_role",
    "set_pin",
    "sign_in",
    "stored_files",
    "sync_directory",
    "take_quota",
    "update_admin_flag",
    "valid_role",
    "wrong_credentials",
]
