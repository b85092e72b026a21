// A list of people to choose from becomes chips and a box to find more; without this script it is a list.

import { element, icon } from "ems/words";

/** The chosen people of a list as chips. say: words for "addPerson", "takeOut" and "unknown"; touched: told of each choice. */
export function peopleChips(select, say, touched = () => {}) {
  const list = element("ul", { class: "people-chips" });
  const options = element("datalist", { id: `${select.id}_names` });
  for (const { text } of select.options) options.append(element("option", { value: text }));
  const box = element("input", { list: options.id, autocomplete: "off", placeholder: say("addPerson"), "aria-label": say("addPerson") });

  const paint = () => list.replaceChildren(...[...select.selectedOptions].map((option) => {
    const drop = element("button", { type: "button", class: "ghost", "aria-label": say("takeOut", { name: option.text }) }, icon("cross"));
    drop.addEventListener("click", () => {
      option.selected = false;
      paint();
      touched();
      box.focus();
    });
    return element("li", {}, option.text, drop);
  }));

  const take = (isFinal) => {
    const text = box.value.trim().toLowerCase();
    const found = [...select.options].find((option) => option.text.toLowerCase() === text)
      ?? (isFinal && text ? [...select.options].find((option) => option.text.toLowerCase().includes(text)) : undefined);
    box.setCustomValidity(!found && text && isFinal ? say("unknown") : "");
    if (!found) return isFinal && text ? box.reportValidity() : undefined;
    found.selected = true;
    box.value = "";
    paint();
    return touched();
  };
  box.addEventListener("input", () => take(false));
  box.addEventListener("change", () => take(true));
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    take(true);
  });
  select.addEventListener("input", paint);
  select.hidden = true;
  select.before(list, box, options);
  paint();
}
