"""Draws the diagrams of the guide: each ``mermaid`` block of its texts, for both themes.

    npm ci
    python -m tests.journeys.diagrams --mermaid node_modules/mermaid/dist/mermaid.min.js

They land in ``static/img/guide/diagrams/``, named by the digest of their text, and those that no text
has any more go; ``ems/tests/test_guide.py`` says when one is missing. Letters are Arial's, whose widths
every system has.
"""

import argparse
import shutil
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from ems.guide.diagrams import BLOCK, FOLDER, THEMES, file_name

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ROOT / "ems" / "guide" / "texts"
TARGET = ROOT / "static" / FOLDER
TOKENS = {
    "background": "--paper",
    "primaryColor": "--brand-soft",
    "primaryBorderColor": "--brand",
    "primaryTextColor": "--ink",
    "secondaryColor": "--wait-soft",
    "tertiaryColor": "--mute-soft",
    "lineColor": "--ink-3",
    "textColor": "--ink",
    "actorBkg": "--brand-soft",
    "noteBkgColor": "--wait-soft",
    "noteTextColor": "--ink",
    "edgeLabelBackground": "--paper",
}
DRAW = """async ([text, theme, tokens]) => {
  document.documentElement.dataset.theme = theme;
  const colour = (token) => {
    document.body.style.color = `var(${token})`;
    const [red, green, blue] = getComputedStyle(document.body).color.match(/\\d+/g);
    return `rgb(${red}, ${green}, ${blue})`;
  };
  const themeVariables = Object.fromEntries(Object.entries(tokens).map(([name, token]) => [name, colour(token)]));
  Object.assign(themeVariables, { fontFamily: "Arial, 'Liberation Sans', sans-serif", fontSize: "14px" });
  mermaid.initialize({ startOnLoad: false, theme: "base", securityLevel: "strict", htmlLabels: false,
    flowchart: { htmlLabels: false, useMaxWidth: false }, sequence: { useMaxWidth: false }, themeVariables });
  return (await mermaid.render("diagram", text)).svg;
}"""


def main() -> None:
    """Draw what is missing, remove what is left over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mermaid", required=True, type=Path)
    options = parser.parse_args()
    texts = {
        block[1]
        for path in TEXTS.glob("*/*.md")
        for block in BLOCK.finditer(path.read_text(encoding="utf-8"))
    }
    TARGET.mkdir(exist_ok=True)
    wanted = {
        file_name(text, theme): (text, theme) for text in texts for theme in THEMES
    }
    for path in TARGET.glob("*.svg"):
        if path.name not in wanted:
            path.unlink()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.add_style_tag(path=ROOT / "static" / "css" / "tokens.css")
        page.add_script_tag(path=options.mermaid)
        for name, (text, theme) in sorted(wanted.items()):
            draw(page, TARGET / name, text, theme)
        browser.close()


def draw(page: Any, target: Path, text: str, theme: str) -> None:
    """Write one picture."""
    svg = page.evaluate(DRAW, [text, theme, TOKENS])
    target.write_text(svg + "\n", encoding="utf-8")
    sys.stdout.write(f"{target.name}\n")


if __name__ == "__main__":
    main()
