"""What every list page of the portal asks of a request: which page, how long, whole or part."""

from django.http import HttpRequest

from core.common.paging import Page

SIZES = (25, 50, 100)


def wants_part(request: HttpRequest) -> bool:
    """Whether a script asks for the changing part of a page only; never on the way back."""
    headers = request.headers
    return "HX-Request" in headers and not (
        "HX-Boosted" in headers or "HX-History-Restore-Request" in headers
    )


def page_asked(request: HttpRequest) -> Page:
    """Page number and size of the list; nonsense means the first page."""
    number, size = request.GET.get("page", "1"), request.GET.get("size", "50")
    limit = int(size) if size in {str(each) for each in SIZES} else 50
    is_number = number.isascii() and number.isdigit() and len(number) < 8  # noqa: PLR2004
    return Page(limit, (max(1, int(number)) - 1) * limit if is_number else 0)
