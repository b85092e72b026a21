"""What every page loads is two files, one of styles and one of scripts; we write it as many.

No bundler: styles are put one after the other, and each module becomes a function whose exports are
those of the whole. A page's own module imports from ``ems/words`` as before, and the import map
(``components/shell/scripts.html``) says that this is in the joined file.
"""

import atexit
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage

STYLES = ("tokens", "base", "components", "forms", "tables", "overlays", "shell")
# In the order in which they need one another; the last one starts the others.
MODULES = (
    "words",
    "numbers",
    "toasts",
    "actions",
    "charts",
    "dialogs",
    "forms",
    "palette",
    "keys",
    "live",
    "loading",
    "money",
    "notices",
    "theme",
    "times",
    "app",
)
IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "ems/(\w+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export ((?:async )?function|const) (\w+)", re.MULTILINE)
UNREADABLE = re.compile(r"^(import|export)\b.*", re.MULTILINE)


def joined_styles(read: Callable[[str], str]) -> str:
    """One style sheet of all; ``read`` gives the text of ``css/base.css``."""
    return "\n".join(read(f"css/{name}.css") for name in STYLES)


def joined_modules(read: Callable[[str], str]) -> str:
    """One module that exports what all of them do; ``read`` gives the text of ``js/words.js``.

    Raises ImproperlyConfigured for an import or export that is written in another way than all
    others, one of what comes later, and a name that two modules export.
    """
    owner: dict[str, str] = {}
    parts = [_as_function(name, read(f"js/{name}.js"), owner) for name in MODULES]
    return "\n".join(parts)


def _as_function(name: str, text: str, owner: dict[str, str]) -> str:
    """A module as a function that returns its exports; ``owner`` learns whose they are."""
    for names, source in IMPORT.findall(text):
        if missing := [each for each in names.split(", ") if owner.get(each) != source]:
            raise _refused(
                f"{name}.js imports {missing[0]} before {source}.js is there"
            )
    body = IMPORT.sub("", text)
    exports = [found[1] for found in EXPORT.findall(body)]
    for each in exports:
        if owner.setdefault(each, name) != name:
            raise _refused(f"{name}.js and {owner[each]}.js both export {each}")
    body = EXPORT.sub(r"\1 \2", body)
    if odd := UNREADABLE.search(body):
        raise _refused(f"{name}.js: “{odd[0]}” is not understood")
    names = ", ".join(exports)
    if not names:
        return f"// {name}.js\n(() => {{\n{body}}})();\n"
    function = f"(() => {{\n{body}return {{ {names} }};\n}})()"
    return f"// {name}.js\nexport const {{ {names} }} = {function};\n"


def _refused(sentence: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"core/pages/joined_files.py: {sentence}.")


JOINED: dict[str, Callable[[Callable[[str], str]], str]] = {
    "css/portal.css": joined_styles,
    "js/portal.js": joined_modules,
}


def read_source(path: str) -> str:
    """A file of ``static/``."""
    return (settings.BASE_DIR / "static" / path).read_text(encoding="utf-8")


@cache
def _storage() -> FileSystemStorage:
    """A folder for what is made, until this process ends."""
    folder = tempfile.mkdtemp(prefix="ems-joined-")
    atexit.register(_remove, folder, os.getpid())
    return FileSystemStorage(folder)


def _remove(folder: str, owner: int) -> None:
    """Not by a child, which inherits the wish and ends earlier."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


class JoinedFinder(BaseFinder):
    """Finds the joined files, and makes them anew when asked, so that an edit is seen at a desk."""

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:  # noqa: FBT001, FBT002 - Django's own signature
        """The place of a joined file; nothing for another."""
        if path not in JOINED:
            return []
        place = self._made(path)
        return [place] if find_all else place

    def list(
        self, ignore_patterns: Iterable[str] | None
    ) -> Iterable[tuple[str, FileSystemStorage]]:
        """Every joined file, for ``collectstatic``."""
        del ignore_patterns  # they are for files of others
        for path in JOINED:
            self._made(path)
            yield path, _storage()

    def check(self, **_: Any) -> Any:
        """Nothing to set up wrongly."""
        return []

    def _made(self, path: str) -> str:
        place, text = Path(_storage().path(path)), JOINED[path](read_source)
        if not place.exists() or place.read_text(encoding="utf-8") != text:
            place.parent.mkdir(parents=True, exist_ok=True)
            whole = place.with_suffix(".new")
            whole.write_text(text, encoding="utf-8")
            whole.replace(place)  # another thread reads the old one or the new one
        return str(place)
