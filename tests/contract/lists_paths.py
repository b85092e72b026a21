"""The paths of saved views."""

from tests.contract.given import STAFF, Given

VIEWS = "/api/views"
OWNER = frozenset({"agus"})

LISTS = (
    Given(
        "views",
        "GET",
        VIEWS,
        STAFF,
        "The caller's own saved views of lists and those shared with their department, by name; filter `list`.",
        "New. `query` is what stands in the address of the page at `url`.",
        by="agus",
        query="list=changes",
    ),
    Given(
        "view-save",
        "POST",
        VIEWS,
        STAFF,
        "Saves filters and order of a list under a name; with `shared` the department sees it, with `default` the"
        " caller's list opens with it.",
        "New. The caller's own view of that name is replaced.",
        status=201,
        by="agus",
        body={"list": "changes", "name": "CCN terbuka", "query": "status=0&kind=1"},
    ),
    Given(
        "view-change",
        "PUT",
        f"{VIEWS}/{{viewId}}",
        OWNER,
        "Changes what is sent of one's own view.",
        "New. `default` alone is for everybody who sees it.",
        by="agus",
        body={"name": "ECN terbuka"},
        whose="its owner",
    ),
    Given(
        "view-remove",
        "DELETE",
        f"{VIEWS}/{{viewId}}",
        OWNER,
        "Removes one's own view; lists that opened with it open with all records.",
        "New.",
        status=204,
        by="agus",
        whose="its owner",
    ),
)
