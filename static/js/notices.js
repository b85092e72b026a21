// The bell opens a panel; without this file, and with Ctrl, it leads to the page of all notices.

const make = (address) => {
  const panel = document.createElement("div");
  panel.id = "notice-panel";
  panel.popover = "auto";
  panel.setAttribute("role", "dialog");
  panel.dataset.url = address;
  document.body.append(panel);
  return panel;
};

/** Fetch the newest notices and show them; the page itself where that does not work. */
async function show(bell) {
  const panel = document.getElementById("notice-panel") ?? make(bell.dataset.panel);
  panel.setAttribute("aria-label", bell.title);
  try {
    const answer = await fetch(panel.dataset.url, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    panel.innerHTML = await answer.text();
    panel.showPopover();
    panel.querySelector("button, a")?.focus();
  } catch {
    location.assign(bell.href);
  }
}

/** Listen on the whole document: the bell is renewed by the live stream. */
export function startNotices() {
  document.addEventListener("click", (event) => {
    const bell = event.target.closest?.(".bell[data-panel]");
    if (!bell || event.ctrlKey || event.metaKey || event.button || !("popover" in HTMLElement.prototype)) return;
    event.preventDefault();
    show(bell);
  });
}
