"""What a browser says of the layout of a page: torn tables, cut texts, small letters."""

from typing import Any

WIDTHS = (390, 1024, 1280, 1920)
SMALLEST = 12.0  # px

# Faults of the tables that are seen now, as sentences. A table may be wider than its place only
# inside a box that scrolls; a text may be cut only with an ellipsis and a title that has it all.
TABLE_FAULTS = """() => {
  const faults = [];
  const rect = (node) => node.getBoundingClientRect();
  const seen = (node) => node.checkVisibility({ visibilityProperty: true }) && rect(node).width > 0;
  const style = (node) => getComputedStyle(node);
  const scrolls = (node) => ["auto", "scroll"].includes(style(node).overflowX);
  const words = (node) => node.textContent.trim().replace(/\\s+/g, " ").slice(0, 40);
  const hidden = (node) => node.closest(".visually-hidden, .small-label, .menu-body, dialog, svg, select, datalist, textarea, progress, .selector");
  const scroller = (node) => {
    for (let up = node.parentElement; up && up !== document.body; up = up.parentElement) if (scrolls(up)) return up;
    return null;
  };
  const say = (table, text) => faults.push(`${table.id || table.className || "table"}: ${text}`);

  const edges = (table) => {
    const [head, body] = [table.tHead, table.tBodies[0]];
    if (!head || !body || !seen(head) || head.matches(".visually-hidden") || !body.rows.length) return;
    const [top, below] = [rect(head), rect(body)];
    if (Math.abs(top.left - below.left) > 1 || Math.abs(top.width - below.width) > 1)
      say(table, `head ${Math.round(top.left)}+${Math.round(top.width)}, rows ${Math.round(below.left)}+${Math.round(below.width)}`);
    if (below.top + 1 < top.bottom && style(head.rows[0].cells[0]).position !== "sticky") say(table, "rows beside their head");
    const heads = [...head.rows].at(-1).cells;
    for (const row of [...body.rows].slice(0, 3)) {
      if (row.cells.length !== heads.length || [...row.cells, ...heads].some((cell) => cell.colSpan > 1 || cell.rowSpan > 1)) continue;
      [...row.cells].forEach((cell, place) => {
        if (Math.abs(rect(cell).left - rect(heads[place]).left) > 1 || Math.abs(rect(cell).right - rect(heads[place]).right) > 1)
          say(table, `"${words(heads[place])}" does not stand above "${words(cell)}"`);
      });
    }
  };

  const place = (table) => {
    const box = scroller(table);
    const bounds = rect(box || table.closest(".card, .module, .paper, main, #content") || document.body);
    const mine = rect(table);
    if (box && box.scrollWidth > box.clientWidth && style(box).scrollbarWidth === "none") say(table, "scrolls without a bar");
    if (!box && (mine.right > bounds.right + 1 || mine.left < bounds.left - 1)) say(table, `sticks out of its place by ${Math.round(mine.right - bounds.right)}`);
    if (bounds.right > innerWidth + 1) say(table, `its place ends at ${Math.round(bounds.right)} of ${innerWidth}`);
    const right = Math.min(mine.right, bounds.right);
    for (const other of document.querySelectorAll(".card, #changelist-filter")) {
      if (other.contains(table) || table.contains(other) || !seen(other) || style(other).position === "sticky") continue;
      const its = rect(other);
      if (its.left < right - 1 && its.right > mine.left + 1 && its.top < mine.bottom - 1 && its.bottom > mine.top + 1)
        say(table, `lies under "${words(other)}"`);
    }
  };

  const texts = (cell) => {
    const found = [];
    const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode())
      if (node.data.trim() && !hidden(node.parentElement) && seen(node.parentElement) && parseFloat(style(node.parentElement).textIndent) >= 0) found.push(node);
    return found;
  };
  const spot = document.createRange();
  const cut = (table, cell) => {
    const bounds = rect(cell);
    for (const node of texts(cell)) {
      const parent = node.parentElement;
      const clip = parent.closest(".clip") || parent;
      const tooLong = clip.scrollWidth > clip.clientWidth + 1 && !style(clip).display.startsWith("inline");
      if (tooLong && style(clip).overflowX !== "visible" && !scrolls(clip)) {
        if (style(clip).textOverflow !== "ellipsis" || !clip.closest("[title]")) say(table, `"${words(parent)}" is cut`);
        continue;
      }
      const inner = scroller(node.parentElement);
      if (inner && cell.contains(inner)) continue;
      spot.selectNodeContents(node);
      const mine = spot.getBoundingClientRect();
      if (mine.right > bounds.right + 1 || mine.left < bounds.left - 1) say(table, `"${words(parent)}" leaves its cell`);
    }
    for (const control of cell.querySelectorAll("input:not([type=hidden]), select, textarea, button, img, progress, svg")) {
      if (!seen(control) || hidden(control.parentElement) || [control, control.parentElement].some((each) => style(each).position === "absolute")) continue;
      if (rect(control).right > bounds.right + 1 || rect(control).left < bounds.left - 1) say(table, `${control.tagName} leaves its cell`);
    }
  };
  const torn = (table, cell) => {
    for (const node of texts(cell)) {
      for (const word of node.data.matchAll(/(?<!\\p{L})\\p{L}{2,18}(?!\\p{L})|(?<![\\d.,])[\\d.,]{2,15}(?![\\d.,])/gu)) {
        spot.setStart(node, word.index);
        spot.setEnd(node, word.index + word[0].length);
        if (new Set([...spot.getClientRects()].map((line) => Math.round(line.top))).size > 1) return say(table, `"${word[0]}" is torn`);
      }
    }
  };
  const together = (table, row) => {
    const cells = [...row.cells].filter((cell) => seen(cell) && style(cell).position !== "sticky");
    cells.forEach((one, place) => cells.slice(place + 1).forEach((other) => {
      const [a, b] = [rect(one), rect(other)];
      if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
        say(table, `"${words(one)}" lies on "${words(other)}"`);
    }));
  };

  for (const table of document.querySelectorAll("table")) {
    if (!seen(table) || table.closest("dialog, .swagger-ui")) continue;
    edges(table);
    place(table);
    for (const row of [...table.rows].slice(0, 60)) {
      if (!seen(row)) continue;
      together(table, row);
      for (const cell of row.cells) if (seen(cell)) { cut(table, cell); torn(table, cell); }
    }
  }
  return [...new Set(faults)].slice(0, 8);
}"""


IS_SETTLED = """() => document.fonts.status === "loaded" && ![...document.querySelectorAll(
  ".htmx-request, tfoot .skeleton, .chart .skeleton, [aria-busy=true]")].some((node) => node.checkVisibility())"""


def faults_by_width(page: Any, widths: tuple[int, ...] = WIDTHS) -> list[str]:
    """Every fault of the page that is open, in each width: torn tables, small letters."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        faults = [*page.evaluate(TABLE_FAULTS), *small_letters(page)]
        found += [f"{width} px: {fault}" for fault in faults]
    return found


def small_letters(page: Any) -> list[str]:
    """Texts whose letters are smaller than anybody should have to read."""
    letters = page.evaluate(LETTERS)
    return [f"{size} px: {text}" for size, text in letters if size < SMALLEST]


def settle(page: Any) -> None:
    """Wait for what the page loads by itself after its first paint."""
    page.wait_for_load_state("load")
    page.wait_for_function(IS_SETTLED, polling=50)


def plant(page: Any, css: str) -> None:
    """Spoil the look on purpose; the policy of the portal allows no inline style."""
    page.evaluate(
        """(css) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(css);
          document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
        }""",
        css,
    )


# Sizes of the letters that are seen, smallest first, with a word of each; drawings set their own.
LETTERS = """() => {
  const found = new Map();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest("svg, canvas, script, style, template, noscript, .visually-hidden")) continue;
    if (!parent.checkVisibility({ visibilityProperty: true })) continue;
    const size = parseFloat(getComputedStyle(parent).fontSize);
    if (!found.has(size)) found.set(size, `${node.data.trim().slice(0, 30)} (${parent.tagName}.${parent.className})`);
  }
  return [...found].sort((one, other) => one[0] - other[0]);
}"""


def size_of(page: Any, selector: str) -> float:
    """How large the letters of the first such element are, in px."""
    element = page.locator(selector).first
    return float(
        element.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
    )


# How far the page jumps while it loads: Chromium's own sum, reported to a listener that is early enough.
SHIFT_WATCH = """
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
"""
