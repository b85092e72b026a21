"""The way from ``python3 manage.py …`` to Django: the environment is made ready."""

import os
import secrets
import sys

import environ
from django.conf import settings
from django.core.management import execute_from_command_line

from launcher import launch, testing
from launcher.options import parse_run
from launcher.places import BASE
from launcher.processes import Stopped, supervisor
from launcher.refusals import Refusal, in_one_sentence

HELP = {"-h", "--help", "help"}
# They look at the code or write files from it: nobody is served and nothing is signed.
NEED_NO_SECRET = {
    "help",
    "build",
    "check",
    "makemigrations",
    "makemessages",
    "compilemessages",
}


def main(argv: list[str]) -> int:
    """Run one command; returns the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ems.settings")
    try:
        prepare(argv[1:])
        with in_one_sentence():
            # Now, and not in Django's hands: it would show a traceback.
            bool(settings.DATABASES)
        execute_from_command_line(argv)
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return refusal.code
    except Stopped:  # before there was anything to end
        sys.stdout.write("\nStopping ...\n")
    finally:
        supervisor.stop()
    return 0


def needs_no_secret(command: str, rest: list[str]) -> bool:
    """Whether a command runs without SECRET_KEY; ``check --deploy`` judges the secret itself."""
    return command in NEED_NO_SECRET and "--deploy" not in rest


def prepare(words: list[str]) -> None:
    """Make ready what must be there before Django reads its settings."""
    command, rest = (words[0], words[1:]) if words else ("help", [])
    if HELP & set(words) or needs_no_secret(command, rest):
        # Any secret will do; one that is set is kept.
        environ.Env.read_env(BASE / ".env")
        os.environ["SECRET_KEY"] = os.environ.get("SECRET_KEY") or secrets.token_hex()
        if command == "build":
            os.environ["DEBUG"] = "false"  # hashed names are production's
    elif command == "run":
        launch.prepare(parse_run(rest))
    elif command == "test":
        testing.isolate(os.environ)
