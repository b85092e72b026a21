"""The two files that every page loads are made of many, and say so when they cannot be."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured

from core.pages import joined_files
from core.pages.joined_files import (
    JOINED,
    MODULES,
    STYLES,
    joined_modules,
    joined_styles,
    read_source,
)

Read = Callable[[str], str]


def made(path: str) -> str:
    """What the finder hands out."""
    return Path(finders.find(path) or "").read_text(encoding="utf-8")


def reading(monkeypatch: pytest.MonkeyPatch, **modules: str) -> Read:
    """Only these modules, in this order."""
    monkeypatch.setattr(joined_files, "MODULES", tuple(modules))
    return lambda path: modules[Path(path).stem]


def test_styles_stand_in_their_order() -> None:
    whole = joined_styles(read_source)
    places = [whole.index(read_source(f"css/{name}.css")) for name in STYLES]
    assert places == sorted(places)


def test_the_joined_module_exports_what_its_modules_do() -> None:
    whole = joined_modules(read_source)
    assert "export const { word, language, icon, element } = " in whole
    assert "export const { toast, startToasts } = " in whole
    assert 'from "ems/' not in whole
    assert 'import("ems/echarts")' in whole  # only where there is a chart
    assert all(f"// {name}.js\n" in whole for name in MODULES)


def test_the_import_map_leads_to_the_joined_file_and_to_no_part_of_it() -> None:
    """Two copies of a module would have two states."""
    template = Path("templates/components/shell/scripts.html").read_text()
    for name in MODULES[:-1]:
        assert f'"ems/{name}": "{{% static \'js/portal.js\' %}}"' in template
        assert f"js/{name}.js" not in template


@pytest.mark.parametrize("path", JOINED)
def test_it_is_found_as_other_static_files_are(path: str) -> None:
    assert made(path) == JOINED[path](read_source)
    assert finders.find(path, find_all=True) == [finders.find(path)]
    listed = [
        name for finder in finders.get_finders() for name, _ in finder.list(["redoc"])
    ]
    assert listed.count(path) == 1


FINDS = """
import os, django
django.setup()
from django.contrib.staticfiles import finders
place = finders.find("css/portal.css")
if not os.fork():
    raise SystemExit
os.wait()
print(os.path.exists(place))
"""


def test_nothing_of_it_stays_when_the_process_ends(tmp_path: Path) -> None:
    env = os.environ | {
        "TMPDIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "ems.settings",
    }
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", FINDS],
        env=env,
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout == "True\n"  # its child's end took nothing away
    assert list(tmp_path.iterdir()) == []


def test_an_edit_is_in_the_joined_file(monkeypatch: pytest.MonkeyPatch) -> None:
    before = made("js/portal.js")
    read = reading(monkeypatch, one="export const one = 1;\n")
    monkeypatch.setattr(joined_files, "read_source", read)
    assert "one" in made("js/portal.js") != before


@pytest.mark.parametrize(
    ("modules", "sentence"),
    [
        (
            {
                "one": 'import { two } from "ems/two";\n',
                "two": "export const two = 2;\n",
            },
            "one.js imports two before two.js is there",
        ),
        (
            {"one": "export const x = 1;\n", "two": "export const x = 2;\n"},
            "two.js and one.js both export x",
        ),
        ({"one": "export default 1;\n"}, "“export default 1;” is not understood"),
        ({"one": 'import * as all from "ems/two";\n'}, "is not understood"),
        ({"one": 'import { a as b } from "ems/two";\n'}, "imports a as b before"),
    ],
)
def test_what_cannot_be_joined_is_said(
    monkeypatch: pytest.MonkeyPatch, modules: dict[str, str], sentence: str
) -> None:
    read = reading(monkeypatch, **modules)
    with pytest.raises(ImproperlyConfigured, match=sentence):
        joined_modules(read)
