"""``python -m sandbox.make_data``: writes ``data/*.json`` anew, always the same."""

import json
from pathlib import Path
from typing import Any

from sandbox.recipes.boms import boms
from sandbox.recipes.customers import customers, inquiries, projects, purchase_orders
from sandbox.recipes.items import inventory, items
from sandbox.recipes.jobs import jobs
from sandbox.recipes.people import departments, people
from sandbox.recipes.requests import material_requests
from sandbox.recipes.templates import templates
from sandbox.tables import DATA

# One password for everybody and a key that signs nothing real: sandbox only.
LOGIN = {"password": "panel-2026", "signingKey": "sandbox-key-that-signs-nothing-real"}


def tables() -> dict[str, Any]:
    """Make every table, by the name of its file."""
    return {
        "boms": boms(),
        "customers": customers(),
        "departments": departments(),
        "inquiries": inquiries(),
        "inventory": inventory(),
        "items": items(),
        "jobs": jobs(),
        "login": LOGIN,
        "material_requests": material_requests(),
        "people": people(),
        "projects": projects(),
        "purchase_orders": purchase_orders(),
        "templates": templates(),
    }


def spelt(table: Any) -> str:
    """Spell a table as its file has it: a row per line, so that a diff says which."""
    if not isinstance(table, list):
        return json.dumps(table, ensure_ascii=False, indent=1) + "\n"
    rows = [json.dumps(row, ensure_ascii=False) for row in table]
    return "[\n" + ",\n".join(rows) + "\n]\n"


def write(folder: Path = DATA) -> None:
    """Write every table into a folder."""
    folder.mkdir(exist_ok=True)
    for name, table in tables().items():
        (folder / f"{name}.json").write_text(spelt(table), encoding="utf-8")


if __name__ == "__main__":
    write()
