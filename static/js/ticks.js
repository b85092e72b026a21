// A list of tick boxes: all of them, or none, at one press.

for (const list of document.querySelectorAll("[data-ticks][data-all]")) {
  const boxes = () => [...list.querySelectorAll("input[type=checkbox]")];
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn small";
  const isFull = () => boxes().every((box) => box.checked);
  const tell = () => { button.textContent = isFull() ? list.dataset.none : list.dataset.all; };
  button.addEventListener("click", () => {
    const wanted = !isFull();
    for (const box of boxes()) box.checked = wanted;
    tell();
  });
  list.addEventListener("change", tell);
  tell();
  list.closest(".card").querySelector("header").append(button);
}
