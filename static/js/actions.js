// Small things a button can do: print the page, go back.

/** Buttons with data-print and data-back. */
export function startActions() {
  for (const button of document.querySelectorAll("[data-back]")) button.hidden = history.length < 2;
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-print]")) print();
    if (event.target.closest?.("[data-back]")) history.back();
  });
}
