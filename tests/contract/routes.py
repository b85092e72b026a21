"""Walks the URLconf: every route with its view."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """One pattern: ``/api/userroles/<int:pk>``, and what answers it."""

    pattern: str
    callback: Any

    @property
    def view(self) -> type[APIView] | None:
        """The API view behind it, if it is one."""
        found = getattr(self.callback, "cls", None)
        return found if found and issubclass(found, APIView) else None

    @property
    def methods(self) -> frozenset[str]:
        """What an API view answers, without HEAD and OPTIONS."""
        names = ("get", "post", "put", "patch", "delete")
        return frozenset(n.upper() for n in names if hasattr(self.view, n))


def routes(urlconf: str | None = None) -> list[Route]:
    """Every route, in the order in which they are tried."""
    return list(_walk(get_resolver(urlconf).url_patterns, "/"))


def _walk(patterns: list[Any], before: str) -> Iterator[Route]:
    for each in patterns:
        whole = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, whole)
        elif isinstance(each, URLPattern):
            yield Route(whole, each.callback)


def shape(path: str) -> str:
    """A path without the names of its parameters: ``/panelprocess/{}``."""
    bare = re.sub(r"{\w+}", "{}", CONVERTER.sub("{}", path))
    return bare.rstrip("/") or "/"
