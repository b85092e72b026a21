// The inbox on a wide screen: a row opens beside the list, j and k walk, e approves or signs and goes on.
// On a narrow screen, and without this file, a row opens its page.

const wide = matchMedia("(min-width: 68.75rem)");
const rowOf = (node) => node?.closest?.("#inbox-rows li[data-ref]");
let timer = 0;

/** The record of a row, beside the list and in the address. */
function show(row) {
  const address = new URL(location.href);
  address.searchParams.set("open", row.dataset.ref);
  address.searchParams.delete("done");
  for (const each of document.querySelectorAll("#inbox-rows li[aria-current]")) each.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  history.replaceState(history.state, "", address);
  window.htmx.ajax("GET", address.pathname + address.search, { target: "#preview", swap: "outerHTML" });
}

/** A click on the row's link; Enter on it, which is a click without a pointer, opens the page. */
function onClick(event) {
  const remark = event.target.closest?.("[data-remark]");
  if (remark) {
    event.preventDefault();
    document.getElementById("remark")?.focus();
  }
  const link = event.target.closest?.("#inbox-rows li[data-ref] a[href]");
  if (!link || link.matches(".btn") || link.closest(".line-end") || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.isTrusted && event.detail === 0) return;
  event.preventDefault();
  link.focus({ preventScroll: true });
  show(rowOf(link));
}

/** Walking shows the row on which one stays. */
function onKey(event) {
  if (!wide.matches || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.("input:not([type=checkbox]), textarea, select, dialog")) return;
  if (event.key === "e") {
    const act = document.querySelector("#preview [data-act], #preview .decide-card .btn.main");
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act.click();
    return;
  }
  if (!["j", "k", "ArrowDown", "ArrowUp"].includes(event.key)) return;
  clearTimeout(timer);
  timer = setTimeout(() => {
    const row = rowOf(document.activeElement);
    if (row && row.getAttribute("aria-current") !== "true") show(row);
  }, 120);
}

document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey, true);
// After a decision the page opens with the next row: the keys go on from there.
const opened = document.querySelector("#inbox-rows li[aria-current] > span a[href]");
if (opened && wide.matches && !location.hash) opened.focus({ preventScroll: true });
