"""What the administration's lists share: rows that are only looked at, columns, filters."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.common.forms import FIELDS_OF_COLUMNS

# For ``formfield_overrides``: days and numbers are typed as in the portal.
TYPED_AS_HERE = {
    column: {"form_class": field} for column, field in FIELDS_OF_COLUMNS.items()
}


class NobodyTypes:
    """A mixin of lists and inlines: the portal or a service writes these rows, nobody here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    has_change_permission = has_delete_permission = has_add_permission


class StaffLooks(NobodyTypes):
    """A mixin: all staff may look."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """All staff."""
        return bool(getattr(request.user, "is_staff", False))


class AdministratorsLook(NobodyTypes):
    """A mixin: what names people's addresses or the inside of the system, for administrators."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators only."""
        return bool(getattr(request.user, "is_superuser", False))


def column(name: str, label: Any) -> Callable[[Any], Any]:
    """A field with a translated heading; its verbose name is an English one of the code."""

    @admin.display(description=label, ordering=name, empty_value="-")
    def shown(row: Any) -> Any:
        word = getattr(row, f"get_{name}_display", None)
        value = word() if word else getattr(row, name)
        return None if value == "" else value

    shown.__name__ = name
    return shown


def choice_filter(label: Any) -> type[admin.ChoicesFieldListFilter]:
    """A filter by choices with a translated heading."""

    class Named(admin.ChoicesFieldListFilter):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.title = label

    return Named
