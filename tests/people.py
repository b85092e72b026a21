"""The cast of all tests: single people for a rule, or everybody logged in at the sandbox.

conftest.py loads this file as a plugin, so that its fixtures need no import.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import orjson
import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from core.accounts.models import Role, User, UserRole
from core.accounts.services import grant_role, mirror_person
from core.integrations import authserver, upstreams

PASSWORD = "panel-2026"
# Not in the sandbox's data: hired for the tests, an engineer without any role.
BUDI = {"id": 101, "username": "budi", "name": "Budi Hartono", "departmentId": 4}
IDS = {"admin": 1, "rina": 3, "hendi": 7, "agus": 12, "ratna": 28, "budi": 101}
ROLES = {
    "agus": Role.PIC,
    "hendi": Role.SPV,
    "rina": Role.MANAGER,
    "ratna": Role.MANAGER,
}
ACTORS = ("anon", "budi", "agus", "hendi", "rina", "admin")
JSON_TYPE = "application/json"


class Caller(Client):
    """A client that speaks JSON; ``token`` goes out as a bearer token."""

    token = ""

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        content_type: str = JSON_TYPE,
    ) -> Any:
        """Send one request; ``body`` is bytes as they are, or anything JSON can say."""
        sent = dict(headers or {})
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        data = body if isinstance(body, bytes) else b""
        if body is not None and not isinstance(body, bytes):
            data = json.dumps(body).encode()
        is_bare = body is None and method not in {"POST", "PUT", "PATCH"}
        kind = "" if is_bare else content_type
        answer = self.generic(method, path, data, content_type=kind, headers=sent)
        content_of(answer)  # a stream is read, and its file closed, at once
        return answer

    def read(self, path: str, status: int = 200, **headers: str) -> Any:
        """GET, expect the status, and return what the JSON says."""
        answer = self.call("GET", path, headers=headers)
        assert answer.status_code == status, content_of(answer)[:500]
        return told(answer)

    def write(
        self,
        path: str,
        body: Any = None,
        status: int = 200,
        *,
        method: str = "POST",
        headers: dict[str, str] | None = None,
    ) -> Any:
        """POST or PUT, expect the status, and return what the JSON says."""
        answer = self.call(method, path, {} if body is None else body, headers)
        assert answer.status_code == status, content_of(answer)[:500]
        return told(answer)


def content_of(answer: Any) -> bytes:
    """The body, also of an answer that is streamed; can be asked again."""
    if not getattr(answer, "streaming", False):
        return bytes(answer.content)
    if not hasattr(answer, "kept"):
        answer.kept = b"".join(answer.streaming_content)
    return bytes(answer.kept)


def text_of(answer: Any) -> str:
    """The page, also when it is streamed."""
    return content_of(answer).decode(errors="replace")


def told(answer: Any) -> Any:
    """What the JSON of an answer says; None when there is no body."""
    content = content_of(answer)
    return orjson.loads(content) if content else None


@dataclass
class Cast:
    """Everybody by name, with the clients through which they act."""

    sandbox: Any
    people: dict[str, User]
    tokens: dict[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(name) from None

    def token(self, name: str) -> str:
        """The token of a person, from a real login, one per test."""
        if name not in self.tokens:
            body = {"username": name, "password": PASSWORD}
            self.tokens[name] = Caller().write("/login", body)
        return self.tokens[name]

    def api(self, name: str = "anon", *, strict: bool = True) -> Caller:
        """An integrator's client; ``strict`` lets a crash of the server fail the test."""
        caller = Caller(raise_request_exception=strict)
        if name != "anon":
            caller.token = self.token(name)
        return caller

    def browser(self, name: str = "anon", *, csrf: bool = False, **more: Any) -> Caller:
        """A browser with the session of a person; ``csrf`` makes it check like a real one."""
        caller = Caller(enforce_csrf_checks=csrf, **more)
        if name != "anon":
            sign_in(caller, name)
        return caller


def forget_upstreams() -> None:
    """Nothing was ever read from them, neither by this process nor on disk."""
    upstreams.reset()
    shutil.rmtree(settings.UPSTREAM_CACHE_DIR, ignore_errors=True)
    upstreams.reset()


def sign_in(caller: Client, name: str, password: str = PASSWORD) -> Any:
    """Log in through the page, with its form and its CSRF token."""
    caller.get("/accounts/login/")
    data = {"username": name, "password": password}
    if "emscsrf" in caller.cookies:
        data["csrfmiddlewaretoken"] = caller.cookies["emscsrf"].value
    answer = caller.post("/accounts/login/", data)
    assert answer.status_code == HTTPStatus.FOUND, answer.content[:500]
    return answer


def make_cast(sandbox: Any) -> Cast:
    """Mirror everybody and grant the roles, through the services."""
    sandbox.auth.people.append(dict(BUDI))
    rows = {row["username"]: row for row in sandbox.auth.people}
    people = {name: mirror_person(authserver.make_person(rows[name])) for name in IDS}
    for name, role in ROLES.items():
        grant_role(user_id=IDS[name], role=role, by=people["admin"])
    return Cast(sandbox, {name: fresh(user) for name, user in people.items()})


def fresh(user: User) -> User:
    """The person without what was remembered of their roles."""
    return User.objects.get(pk=user.pk)


@pytest.fixture
def cast(db: None, sandbox: Any, settings: Any) -> Iterator[Cast]:
    """The cast on an empty database, the upstreams as new."""
    settings.EMS_ADMINS = ["admin"]
    settings.WHITENOISE_AUTOREFRESH = True  # nobody has run collectstatic
    yield make_cast(sandbox)
    cache.clear()
    upstreams.reset()


BACKEND = settings.AUTHENTICATION_BACKENDS[0]


@pytest.fixture
def as_person() -> Callable[[User], Client]:
    """A browser without a screen, in whose session somebody is logged in."""

    def log_in(user: User) -> Client:
        client = Client(headers={"Accept": "text/html"})
        client.force_login(user, BACKEND)
        return client

    return log_in


# --- Single people, without the sandbox --------------------------------------------


def make_person(ext_id: int, name: str, *roles: str, **more: Any) -> User:
    """A mirrored person with roles."""
    user = User.objects.create_user(name.lower(), ext_id=ext_id, name=name, **more)
    for role in roles:
        UserRole.objects.create(user_id=ext_id, role=role)
    return user


@pytest.fixture
def agus(db: None) -> User:
    """An engineer of department 4: a PIC."""
    return make_person(IDS["agus"], "Agus", "pic", department_ext_id=4)


@pytest.fixture
def budi(db: None) -> User:
    """Another engineer of department 4, without a role."""
    return make_person(IDS["budi"], "Budi", department_ext_id=4)


@pytest.fixture
def hendi(db: None) -> User:
    """The SPV of department 4."""
    return make_person(IDS["hendi"], "Hendi", "spv", department_ext_id=4)


@pytest.fixture
def sari(db: None) -> User:
    """The SPV of another department."""
    return make_person(8, "Sari", "spv", department_ext_id=5)


@pytest.fixture
def rina(db: None) -> User:
    """The manager."""
    return make_person(IDS["rina"], "Rina", "manager")


@pytest.fixture
def ratna(db: None) -> User:
    """The other manager."""
    return make_person(IDS["ratna"], "Ratna", "manager")


@pytest.fixture
def admin(db: None, settings: Any) -> User:
    """The administrator whom EMS_ADMINS names."""
    settings.EMS_ADMINS = ["admin"]
    return make_person(IDS["admin"], "Admin", is_superuser=True)
