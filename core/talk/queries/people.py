"""The people who can be named in a comment."""

from collections import defaultdict

from core.accounts.models import User


def by_name() -> dict[str, list[int]]:
    """User ids of the active people by name, and by user name, in small letters."""
    found: dict[str, list[int]] = defaultdict(list)
    rows = User.objects.filter(is_active=True).order_by("pk")
    for pk, name, username in rows.values_list("pk", "name", "username"):
        for each in {name.lower(), username.lower()} - {""}:
            found[each].append(pk)
    return found


def people_like(text: str, most: int) -> list[User]:
    """Active people with a word of their name that begins so, by name."""
    rows = User.objects.filter(is_active=True).exclude(name="")
    begins = rows.filter(name__istartswith=text) | rows.filter(
        name__icontains=f" {text}"
    )
    return list(begins.order_by("name", "pk")[:most])


def names_by_id() -> list[tuple[int, str]]:
    """Everybody active by name, as choices of a form."""
    rows = User.objects.filter(is_active=True).order_by("name", "pk")
    return [(row.pk, str(row)) for row in rows]
