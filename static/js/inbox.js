// The inbox: tick tasks and sign them together. Without this file the boxes and the button work as well.

const boxes = () => [...document.querySelectorAll("input[form=sign-many]")];

/** Say how many are ticked, and let the box of all follow. */
function count() {
  const all = boxes();
  const ticked = all.filter((box) => box.checked).length;
  const number = document.querySelector("[data-ticked]");
  const every = document.querySelector("[data-tick-all]");
  if (!number || !every) return;
  number.textContent = ticked;
  number.hidden = ticked === 0;
  every.hidden = false;
  const box = every.querySelector("input");
  box.checked = ticked === all.length;
  box.indeterminate = ticked > 0 && ticked < all.length;
}

document.addEventListener("change", (event) => {
  if (event.target.closest("[data-tick-all]")) {
    for (const box of boxes()) box.checked = event.target.checked;
  }
  count();
});
document.body.addEventListener("htmx:afterSettle", count);
count();
