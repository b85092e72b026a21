"""compose.yaml as it is meant: variables filled in, files named where they lie here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from launcher.places import BASE

VARIABLE = re.compile(r"\$\{(\w+)(?:(:-|:\?)([^}]*))?\}")
HEALTHY, ENDED = "service_healthy", "service_completed_successfully"


@dataclass(frozen=True, slots=True)
class Service:
    """One service: what it runs with, and what must be before it.

    command: words, or none where its image knows; files: places in the container to places here;
    needs: other services by the state that they must have reached.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    networks: tuple[str, ...]
    files: Mapping[str, Path]
    needs: Mapping[str, str]
    health: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        """The command, with the files where they lie here."""
        return [self._here(word) for word in self.command]

    def _here(self, word: str) -> str:
        return str(self.files.get(word, word))


def services(variables: Mapping[str, str], scratch: Path) -> dict[str, Service]:
    """Every service by its name, each after those that it needs.

    ``variables`` are what a person sets; texts of ``configs`` are written into ``scratch``.
    Raises KeyError with the file's own sentence for one that is missing.
    """
    whole = _filled(
        yaml.safe_load((BASE / "compose.yaml").read_text("utf-8")), variables
    )
    configs = _written(whole["configs"], scratch)
    read = {
        name: _service(name, given, configs)
        for name, given in whole["services"].items()
    }
    return {service.name: service for service in _in_order(read)}


def _filled(part: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(part, dict):
        return {key: _filled(each, variables) for key, each in part.items()}
    if isinstance(part, list):
        return [_filled(each, variables) for each in part]
    if not isinstance(part, str):
        return part

    def value(found: re.Match[str]) -> str:
        name, kind, rest = found.groups()
        given = variables.get(name, "")
        if not given and kind == ":?":
            raise KeyError(rest)
        return given or (rest if kind == ":-" else "")

    return VARIABLE.sub(value, part)


def _written(configs: Mapping[str, Any], scratch: Path) -> dict[str, Path]:
    found = {name: scratch / f"config-{name}" for name in configs}
    for name, path in found.items():
        path.write_text(configs[name]["content"], "utf-8")
    return found


def _service(name: str, given: dict[str, Any], configs: dict[str, Path]) -> Service:
    mounts = [each.split(":") for each in given.get("volumes", ())]
    files = {there: BASE / here for here, there, *_ in mounts if here.startswith(".")}
    files |= {
        each["target"]: configs[each["source"]] for each in given.get("configs", ())
    }
    needs = {
        key: each["condition"] for key, each in given.get("depends_on", {}).items()
    }
    words = [*given.get("entrypoint", ()), *given.get("command", ())]
    environment = {key: str(each) for key, each in given.get("environment", {}).items()}
    return Service(
        name,
        tuple(words),
        environment,
        tuple(given["networks"]),
        files,
        needs,
        tuple(given.get("healthcheck", {}).get("test", ())),
    )


def _in_order(read: dict[str, Service]) -> Iterator[Service]:
    done: set[str] = set()
    while len(done) < len(read):
        ready = [
            s for s in read.values() if s.name not in done and set(s.needs) <= done
        ]
        if not ready:
            raise ValueError("The services of compose.yaml wait for each other.")
        yield from ready
        done |= {service.name for service in ready}
