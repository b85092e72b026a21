"""A receipt is checked without EMS: by our command with a file of keys, and by the recipe of the guide."""

import json
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from core.receipts.exports import as_file
from core.receipts.models import Receipt

pytestmark = pytest.mark.django_db
GUIDE = Path(__file__).resolve().parents[3] / "docs" / "receipts.md"


@pytest.fixture
def folder(tmp_path: Path, client: Client, receipt: Receipt) -> Path:
    """A receipt and the keys, as somebody outside has them."""
    (tmp_path / "receipt.json").write_text(json.dumps(as_file(receipt)))
    (tmp_path / "keys.json").write_bytes(client.get("/api/receipt-keys").content)
    return tmp_path


def forge(folder: Path) -> None:
    """Change one letter of what was signed."""
    file = folder / "receipt.json"
    said = json.loads(file.read_text())
    said["payload"] = said["payload"][:40] + "A" + said["payload"][41:]
    file.write_text(json.dumps(said))


def recipe(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run the recipe of docs/receipts.md as it stands there, without EMS and Django."""
    [code] = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert "django" not in code.lower()
    assert len([line for line in code.splitlines() if line]) <= 20
    return subprocess.run(  # noqa: S603 - our own text
        [sys.executable, "-I", "-c", code],
        cwd=folder,
        env={},
        text=True,
        capture_output=True,
        check=False,
    )


def command(folder: Path, *more: str) -> str:
    out = StringIO()
    call_command("verify_receipt", str(folder / "receipt.json"), *more, stdout=out)
    return out.getvalue()


def test_the_recipe_of_the_guide_runs(folder: Path) -> None:
    done = recipe(folder)
    assert done.returncode == 0, done.stderr
    assert "revision 1\nstatus 1" in done.stdout


def test_the_recipe_finds_a_forgery(folder: Path) -> None:
    forge(folder)
    done = recipe(folder)
    assert done.returncode == 1
    assert "InvalidSignature" in done.stderr


def test_our_command_says_what_was_decided(folder: Path) -> None:
    assert "status 1" in command(folder)


def test_our_command_needs_no_database_with_a_file_of_keys(folder: Path) -> None:
    Receipt.objects.all().delete()
    assert "status 1" in command(folder, "--keys", str(folder / "keys.json"))


def test_our_command_finds_a_forgery(folder: Path) -> None:
    forge(folder)
    with pytest.raises(CommandError, match="changed after it was signed"):
        command(folder)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "no JSON"), (b"{", "no JSON"), (b"[]", "no receipt"), (b"\xff", "no JSON")],
)
def test_our_command_refuses_what_is_no_receipt(
    folder: Path, content: bytes, sentence: str
) -> None:
    (folder / "receipt.json").write_bytes(content)
    with pytest.raises(CommandError, match=sentence):
        command(folder)


def test_our_command_refuses_a_file_that_is_not_there(folder: Path) -> None:
    (folder / "receipt.json").unlink()
    with pytest.raises(CommandError, match="No such file"):
        command(folder)


def test_our_command_refuses_a_large_file(folder: Path) -> None:
    (folder / "receipt.json").write_bytes(b" " * (4 * 2**20 + 1))
    with pytest.raises(CommandError, match="too large"):
        command(folder)


def test_our_command_refuses_keys_of_another_shape(folder: Path) -> None:
    (folder / "keys.json").write_text('[{"kid": "x"}]')
    with pytest.raises(CommandError, match="receipt-keys"):
        command(folder, "--keys", str(folder / "keys.json"))


def test_a_stolen_key_is_forgotten_by_command(folder: Path, settings: object) -> None:
    with pytest.raises(CommandError, match="signs now"):
        call_command("revoke_receipt_key", Receipt.objects.get().key.key_id)
