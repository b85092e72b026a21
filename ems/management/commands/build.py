"""``manage.py build``: the container image, or the static files that production serves."""

import argparse
import shutil
import subprocess
from typing import Any

from django.core.management.base import BaseCommand

from launcher import static_files
from launcher.places import BASE
from launcher.refusals import MISCONFIGURED, Refusal, in_one_sentence


class Command(BaseCommand):
    """Builds one of the two parts."""

    help = "Builds the container image (backend) or the static files (frontend)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Part and mode; the mode names the image."""
        parser.add_argument("part", choices=["backend", "frontend"])
        parser.add_argument("mode", choices=["dev", "prod-local", "prod"])

    def handle(self, *, part: str, mode: str, **_options: Any) -> None:
        """Build it, or say in a sentence why not."""
        if part == "frontend":
            self.build_frontend()
        elif mode == "dev":
            raise Refusal(
                "`build backend` knows prod-local and prod; dev needs no image.",
                MISCONFIGURED,
            )
        else:
            self.build_backend(mode)

    def build_frontend(self) -> None:
        """Collect, hash and compress."""
        with in_one_sentence():
            static_files.collect(self.stdout)
        count, size = static_files.collected_size()
        self.stdout.write(f"{count} static files, {size:.1f} MiB, in staticfiles/.")

    def build_backend(self, mode: str) -> None:
        """Build the image with whatever engine there is."""
        engine = shutil.which("docker") or shutil.which("podman")
        if engine is None or not _answers(engine):
            raise Refusal(
                "No container engine answers here: install Docker, or start it. "
                "Nothing was built."
            )
        command = [engine, "build", "--tag", f"ems:{mode}", str(BASE)]
        if subprocess.run(command, check=False).returncode:  # noqa: S603 - our command
            raise Refusal("The image was not built; the lines above say why.")
        self.stdout.write(f"Built ems:{mode}. `docker compose up` runs it.")


def _answers(engine: str) -> bool:
    command = [engine, "version"]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    return done.returncode == 0
