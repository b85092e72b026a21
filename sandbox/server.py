"""All stand-ins together."""

from collections.abc import Mapping
from types import TracebackType
from typing import Self

from sandbox.ai import AiServer
from sandbox.authserver import AuthServer
from sandbox.crm import CrmServer
from sandbox.meeting import MeetingServer
from sandbox.ppic import PpicServer
from sandbox.upstream import Upstream


class Sandbox:
    """Five servers on loopback ports; ``with Sandbox() as box:`` starts and ends them."""

    def __init__(
        self, host: str = "127.0.0.1", ports: Mapping[str, int] | None = None
    ) -> None:
        chosen = ports or {}
        self.auth = AuthServer(host, chosen.get("auth", 0))
        self.crm = CrmServer(host, chosen.get("crm", 0))
        self.ppic = PpicServer(host, chosen.get("ppic", 0))
        self.meeting = MeetingServer(host, chosen.get("meeting", 0))
        self.ai = AiServer(host, chosen.get("ai", 0))
        self.servers: dict[str, Upstream] = {
            server.name: server
            for server in (self.auth, self.crm, self.ppic, self.meeting, self.ai)
        }
        for server in self.servers.values():
            server.siblings = self.servers

    @property
    def urls(self) -> dict[str, str]:
        """Return the base address of each server by its name."""
        return {name: server.url for name, server in self.servers.items()}

    def start(self) -> Self:
        """Begin to listen on every port."""
        for server in self.servers.values():
            server.start()
        return self

    def stop(self) -> None:
        """End every connection and give the ports back."""
        for server in self.servers.values():
            server.stop()

    def reset(self) -> None:
        """Return every server to the state of a fresh start."""
        for server in self.servers.values():
            server.reset()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
