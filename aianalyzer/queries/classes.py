"""The class that a document has by its history: the strictest that its bytes were ever given."""

from aianalyzer.models import InquiryAiGeneration
from core.accounts.models import Role, UserRole

DocumentClass = InquiryAiGeneration.DocumentClass
STRICTNESS = (
    DocumentClass.PUBLIC,
    DocumentClass.INTERNAL,
    DocumentClass.CONFIDENTIAL,
)


def class_so_far(sha256: str) -> str:
    """The strictest class these bytes were given since a manager last gave one; "" for new ones."""
    rows = InquiryAiGeneration.objects.filter(sha256=sha256).order_by("pk")
    said = list(rows.values_list("document_class", "asked_by__ext_id"))
    managers = UserRole.objects.filter(role=Role.MANAGER)
    deciding = set(managers.values_list("user_id", flat=True)) if said else set()
    found = ""
    for given, person in said:
        found = given if person in deciding else stricter(found, given)
    return found


def stricter(one: str, other: str) -> str:
    """The stricter of two classes; "" is none."""
    order = {name: place for place, name in enumerate(STRICTNESS, 1)}
    return max(
        one, other, key=lambda name: order.get(DocumentClass(name), 0) if name else 0
    )
