#!/usr/bin/env python3
"""Runs Django's commands; on a machine without the dependencies it first makes .venv."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
# What only some companies need: the file, and the settings of which one asks for it.
EXTRAS = {
    "requirements-ai.txt": ("AI_BASE_URL", "AI_ANTHROPIC_KEY"),
    "requirements-observe.txt": ("SENTRY_DSN", "OTEL_EXPORTER_OTLP_ENDPOINT"),
}


def main() -> None:
    """Find an interpreter that has what the command needs, then run the command."""
    if sys.version_info < OLDEST:
        sys.exit(f"EMS needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    wanted = wanted_by(sys.argv[1:2])
    missing = [file for file in wanted if not is_satisfied(file)]
    lacks_extras_only = (
        bool(missing) and {file.name for file in missing} <= EXTRAS.keys()
    )
    if lacks_extras_only and Path(sys.prefix) != VENV:
        # An interpreter that has the rest already needs no .venv beside it.
        sys.stderr.writelines(without(file) for file in missing)
        sys.exit(2)
    if missing:
        for file in wanted:
            install(file)
        os.execv(PYTHON, [str(PYTHON), *sys.argv])  # noqa: S606 - our own interpreter
    # A start from another directory means the same project.
    sys.path.insert(0, str(HERE))
    from launcher.start import main as start

    sys.exit(start(sys.argv))


def wanted_by(command: list[str]) -> list[Path]:
    """Return what the command needs: outside AI models and watchers have clients of their own."""
    if command == ["test"]:
        return [HERE / "requirements-dev.txt"]
    serves = command in (["run"], ["work"])
    extras = [name for name, asked in EXTRAS.items() if any(map(setting, asked))]
    return [HERE / name for name in ("requirements.txt", *(extras if serves else ()))]


def without(file: Path) -> str:
    """Say which setting has no effect, and what to do."""
    return (
        f"{' or '.join(EXTRAS[file.name])} is set, but its client is not installed here: "
        f"python -m pip install --require-hashes -r {lock_of(file).name}\n"
    )


def setting(name: str) -> str:
    """Return a variable of the environment, else of .env; what reads .env is not there yet."""
    if name in os.environ or not (HERE / ".env").exists():
        return os.environ.get(name, "").strip()
    found = ""
    for line in (HERE / ".env").read_text(encoding="utf-8").splitlines():
        key, _, value = line.removeprefix("export ").partition("=")
        if key.strip() == name:
            found = value.strip().strip("'\"")
    return found


def is_satisfied(wanted: Path) -> bool:
    """Whether this interpreter has every package in the wanted version."""
    if Path(sys.prefix) == VENV and stamp(wanted).exists():
        return True
    return all(is_installed(line) for line in pins(wanted))


def pins(wanted: Path) -> list[str]:
    """Return the ``name==version`` lines, those of an included file too."""
    found = []
    for line in wanted.read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            found += pins(HERE / line[3:].strip())
        elif "==" in line and not line.startswith(("#", " ")):
            found.append(line.partition(";")[0].rstrip(" \\"))
    return found


def lock_of(wanted: Path) -> Path:
    """Return the file with every package that comes along, and the hashes of its files."""
    return wanted.with_suffix(".lock")


def is_installed(pin: str) -> bool:
    """Whether that very version can be imported here."""
    from importlib.metadata import PackageNotFoundError, version

    name, _, wanted = pin.partition("==")
    try:
        return version(name.partition("[")[0]) == wanted.strip()
    except PackageNotFoundError:
        return False


def stamp(wanted: Path) -> Path:
    """Return the file that exists once exactly these requirements are in .venv."""
    digest = hashlib.sha256(lock_of(wanted).read_bytes()).hexdigest()[:16]
    return VENV / f"{wanted.stem}-{digest}.installed"


def install(wanted: Path) -> None:
    """Make .venv and install into it, one at a time however many were started."""
    import fcntl

    with Path(__file__).open(encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp(wanted).exists() or not PYTHON.exists():
            # A whole one stays: a server that runs from it would be in the way.
            if not (VENV / "bin" / "pip").exists() or not PYTHON.exists():
                make_venv()
            run_pip(wanted)
            stamp(wanted).touch()


def make_venv() -> None:
    """Make it, or mend it when an earlier try was cut off."""
    import venv

    say("Making .venv ...")
    try:
        venv.create(VENV, with_pip=True, clear=not PYTHON.exists())
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"Cannot make {VENV}: {error}. Debian needs the package python3-venv.")


def run_pip(wanted: Path) -> None:
    """Install, and say which package is being fetched."""
    lock = lock_of(wanted)
    total = len(pins(lock))
    say(f"Installing {total} packages of {wanted.name}; once, and it takes a minute.")
    command = [str(PYTHON), "-m", "pip", "install", "--progress-bar=off"]
    tail: list[str] = []
    with subprocess.Popen(  # noqa: S603 - our own interpreter and file
        [*command, "--require-hashes", "-r", str(lock)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as pip:
        for line in pip.stdout or ():
            tail = [*tail, line.strip()][-3:]
            if line.startswith(("Collecting", "Processing", "Installing")):
                say("  " + line.strip().partition(" (from")[0][:76])
    if pip.returncode:
        sys.exit(
            "Installing failed; is the network there? pip said: " + " | ".join(tail)
        )


def say(sentence: str) -> None:
    """Tell at once, also into a pipe."""
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
