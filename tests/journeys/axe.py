"""What axe says against a page: its critical and serious violations, as sentences."""

from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH

GRAVE = ("critical", "serious")
# Each violation with its first places; a page has to be settled before.
RUN = """async (grave) => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations
    .filter((each) => grave.includes(each.impact))
    .map((each) => `${each.impact} ${each.id}: ${each.nodes.slice(0, 3).map((node) => node.html.replace(/\\\\s+/g, " ").slice(0, 140)).join(" | ")}`);
}"""


def grave_violations(page: Any) -> list[str]:
    """The critical and serious violations of the page that is open."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE_FILE_PATH.read_text())
    return [str(each) for each in page.evaluate(RUN, list(GRAVE))]
