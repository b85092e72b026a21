"""What keeps people out of a page, as axe sees it: letters too pale, fields without a name, heads out of order."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

# What axe found, as sentences: how grave, which rule, which element.
RUN = """() => axe.run({ resultTypes: ["violations"] }).then((found) => found.violations.flatMap(
  (each) => each.nodes.map((node) => `${each.impact}: ${each.id}: ${node.target.join(" ")}`)))"""


def barriers(page: Any) -> list[str]:
    """Every barrier of the page as it stands now."""
    page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(RUN)
    return found
