"""Which departments count as engineering, and how many people they have."""

from core.integrations import upstreams
from engineering.models import DepartmentConfig

ENGINEERING_WORDS = ("eng", "estimat")


def manpower() -> int | None:
    """People in the engineering departments: those chosen, else those named eng… or estimat…"""
    people = upstreams.people()
    chosen = set(DepartmentConfig.objects.values_list("department_id", flat=True))
    if people.as_of is None:
        return None
    return sum(
        person.department_ext_id in chosen
        if chosen
        else is_engineering(person.department_name)
        for person in people.value.values()
    )


def is_engineering(department: str | None) -> bool:
    """Whether a department counts as engineering as long as nobody has chosen any."""
    return any(word in (department or "").casefold() for word in ENGINEERING_WORDS)
