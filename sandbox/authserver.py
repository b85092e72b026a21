"""The auth server: who may log in, and who is who."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import replace
from typing import Any

from sandbox.faults import Fault
from sandbox.messages import Call, Reply, json_reply, refusal, text_reply
from sandbox.tables import load
from sandbox.upstream import Routes, Twists, Upstream

Row = dict[str, Any]


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _json(part: Row) -> bytes:
    return json.dumps(part, separators=(",", ":")).encode()


class AuthServer(Upstream):
    """Gives tokens for names and passwords, and people for tokens."""

    name = "auth"
    token_seconds = 8 * 3600

    def load(self) -> None:
        """Take the people, and forget the messages sent."""
        self.people: list[Row] = load("people")
        self.departments: list[Row] = load("departments")
        self.messages: list[Row] = []
        secrets = load("login")
        self.password: str = secrets["password"]
        self._key: bytes = secrets["signingKey"].encode()

    def routes(self) -> Routes:
        """Return what the auth server answers."""
        return {
            ("POST", "/login"): self._login,
            ("GET", "/users/view"): self._view,
            ("GET", "/users/{number}"): self._user,
            ("GET", "/ext-departments"): self._list_departments,
            ("POST", "/send-multi-whatsapp"): self._send_whatsapp,
        }

    def twists(self) -> Twists:
        """Return the ways in which a token can be wrong or wrapped."""
        return {
            "unsigned_token": self._unsign,
            "wrong_jti": self._exchange_jti,
            "token_json": _wrap,
        }

    def token_for(self, username: str) -> str:
        """Make the token that a login as ``username`` would give."""
        person = next(row for row in self.people if row["username"] == username)
        now = int(time.time())
        expiry = now + self.token_seconds
        claims = {"jti": str(person["id"]), "sub": username, "iat": now, "exp": expiry}
        return self._signed(claims)

    def _signed(self, claims: Row) -> str:
        header = {"alg": "HS256", "typ": "JWT"}
        parts = [_encoded(_json(part)) for part in (header, claims)]
        return ".".join([*parts, self._signature(parts)])

    def _signature(self, parts: list[str]) -> str:
        message = ".".join(parts).encode()
        return _encoded(hmac.digest(self._key, message, hashlib.sha256))

    def _is_valid(self, token: str) -> bool:
        *parts, signature = token.split(".")
        wanted = self._signature(parts)
        if not hmac.compare_digest(wanted.encode(), signature.encode()):
            return False
        return bool(json.loads(_decoded(parts[1]))["exp"] > time.time())

    def _login(self, call: Call) -> Reply:
        given = call.json()
        username, password = str(given["username"]), str(given["password"])
        known = {row["username"] for row in self.people}
        if username not in known or password != self.password:
            return text_reply("Invalid username or password", 401)
        return text_reply(self.token_for(username))

    def _user(self, call: Call, number: str) -> Reply:
        token = call.headers.get("authorization", "").removeprefix("Bearer ")
        if not self._is_valid(token):
            return text_reply("Invalid or expired token", 401)
        for row in self._public():
            if str(row["id"]) == number:
                return json_reply(row)
        return refusal(f"no user {number}", 404)

    def _view(self, _call: Call) -> Reply:
        return json_reply(self._public())

    def _public(self) -> list[Row]:
        names = ("id", "username", "name", "departmentId")
        return [{name: row[name] for name in names} for row in self.people]

    def _list_departments(self, _call: Call) -> Reply:
        return json_reply(self.departments)

    def _send_whatsapp(self, call: Call) -> Reply:
        given = call.json()
        message = {name: given[name] for name in ("phone_num", "message", "source")}
        self.messages.append(message)
        return json_reply({"status": "queued", "count": len(message["phone_num"])})

    def _unsign(self, _fault: Fault, reply: Reply) -> Reply:
        parts = reply.body.decode().split(".")
        header = _encoded(_json({"alg": "none", "typ": "JWT"}))
        return replace(reply, body=f"{header}.{parts[1]}.".encode())

    def _exchange_jti(self, fault: Fault, reply: Reply) -> Reply:
        claims = json.loads(_decoded(reply.body.decode().split(".")[1]))
        jti = "9999" if fault.value is None else str(fault.value)
        return replace(reply, body=self._signed(claims | {"jti": jti}).encode())


def _wrap(fault: Fault, reply: Reply) -> Reply:
    name = fault.value or "token"
    token = reply.body.decode()
    return json_reply({"data": {"token": token}} if name == "data" else {name: token})
