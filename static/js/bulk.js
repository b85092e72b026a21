// Rows worked many at once: how many are ticked, all of a page, and only the fields that the verb asks for.
// Without this file the boxes, the verbs and the button work as well, with all fields in sight.

const form = () => document.getElementById("bulk");
const boxes = () => [...document.querySelectorAll("input[form=bulk][name=pick]")];

/** Say how many are ticked, and let the box of all follow. */
function count() {
  if (!form()) return;
  const all = boxes();
  const ticked = all.filter((box) => box.checked).length;
  const words = form().querySelector("[data-ticked]");
  words.textContent = `${ticked} ${words.dataset.words}`;
  words.hidden = false;
  form().classList.add("counts");
  form().classList.toggle("on", ticked > 0);
  const every = form().querySelector("[data-tick-all]");
  every.hidden = false;
  const box = every.querySelector("input");
  box.checked = all.length > 0 && ticked === all.length;
  box.indeterminate = ticked > 0 && ticked < all.length;
}

/** Show what the chosen verb asks for, and send nothing else. */
function ask() {
  if (!form()) return;
  const verb = form().elements.verb.value;
  for (const part of form().querySelectorAll("[data-for]")) {
    part.hidden = !part.dataset.for.split(" ").includes(verb);
    for (const field of part.querySelectorAll("input, select")) field.disabled = part.hidden;
  }
}

document.addEventListener("change", (event) => {
  if (event.target.closest?.("[data-tick-all]")) {
    for (const box of boxes()) box.checked = event.target.checked;
  }
  if (event.target.id === "bulk-verb") ask();
  count();
});
// The list turns its pages without a new bar: it leads back to the page that is shown.
document.addEventListener("submit", (event) => {
  if (event.target === form()) event.target.elements.back.value = location.pathname + location.search;
}, true);
document.body.addEventListener("htmx:afterSettle", count);
ask();
count();
