"""Machines and cables: network namespaces, each with a leg in every network that it belongs to."""

import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

SWITCH = "ems-switch"
FRONT = "front"
ETC = Path("/etc/netns")


def ip(*words: str, inside: str = "") -> None:
    """Run ``ip``; raises CalledProcessError with what it said."""
    place = ["-n", inside] if inside else []
    subprocess.run(["ip", *place, *words], check=True, capture_output=True)


@dataclass(slots=True)
class Machine:
    """One host: the namespace, and its address in each of its networks."""

    name: str
    addresses: dict[str, str] = field(default_factory=dict)

    def words(self, command: Sequence[str]) -> list[str]:
        """The command as it runs on this machine."""
        return ["ip", "netns", "exec", self.name, *command]

    def cut(self, network: str) -> None:
        """Pull the cable to a network."""
        ip("link", "set", network, "down", inside=self.name)

    def heal(self, network: str) -> None:
        """Plug it in again."""
        ip("link", "set", network, "up", inside=self.name)


@contextmanager
def cabled(
    places: Mapping[str, Iterable[str]], fixed: Mapping[tuple[str, str], str]
) -> Iterator[dict[str, Machine]]:
    """The machines of ``places`` (name to its networks), cabled; gone afterwards.

    ``fixed``: addresses that are not ours to choose, by machine and network.
    """
    networks = sorted({network for each in places.values() for network in each})
    # The proxy's address is one of the first.
    networks.sort(key=lambda name: name != FRONT)
    with ExitStack() as stack:
        stack.enter_context(_namespace(SWITCH))
        for network in networks:
            ip("link", "add", network, "type", "bridge", inside=SWITCH)
            ip("link", "set", network, "up", inside=SWITCH)
        machines = {}
        for number, (name, theirs) in enumerate(places.items(), start=20):
            stack.enter_context(_namespace(name))
            machines[name] = Machine(name)
            for network in theirs:
                ours = f"172.31.{254 - networks.index(network)}.{number}"
                address = fixed.get((name, network), ours)
                _plug_in(machines[name], network, address, number)
        yield machines


@contextmanager
def _namespace(name: str) -> Iterator[None]:
    subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)
    ip("netns", "add", name)
    ip("link", "set", "lo", "up", inside=name)
    try:
        yield
    finally:
        ip("netns", "del", name)


def _plug_in(machine: Machine, network: str, address: str, number: int) -> None:
    far = f"{network}{number}"
    ip(
        "link",
        "add",
        network,
        "netns",
        machine.name,
        "type",
        "veth",
        "peer",
        "name",
        far,
        "netns",
        SWITCH,
    )
    ip("link", "set", far, "master", network, "up", inside=SWITCH)
    ip("addr", "add", f"{address}/24", "dev", network, inside=machine.name)
    ip("link", "set", network, "up", inside=machine.name)
    machine.addresses[network] = address


@contextmanager
def named(
    machines: Mapping[str, Machine], names: Mapping[str, list[str]]
) -> Iterator[None]:
    """Let every machine know the names of those that share a network with it.

    ``names``: a name to the machines that answer to it.
    """
    folders = [ETC / name for name in machines]
    try:
        for folder, machine in zip(folders, machines.values(), strict=True):
            folder.mkdir(parents=True, exist_ok=True)
            lines = ["127.0.0.1 localhost", *_known_to(machine, machines, names)]
            (folder / "hosts").write_text("\n".join(lines) + "\n", "utf-8")
        yield
    finally:
        for folder in folders:
            (folder / "hosts").unlink(missing_ok=True)
            folder.rmdir()


def _known_to(
    machine: Machine, machines: Mapping[str, Machine], names: Mapping[str, list[str]]
) -> Iterator[str]:
    for name, theirs in names.items():
        for other in theirs:
            shared = machine.addresses.keys() & machines[other].addresses.keys()
            yield from (
                f"{machines[other].addresses[key]} {name}" for key in sorted(shared)[:1]
            )
