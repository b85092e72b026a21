// A text box with choices fetched while typing: what is chosen fills other fields, what is typed is kept.
// Markup: [data-combo data-url data-within data-strict] with an input, a [role=listbox] and an input [data-id].

const PATIENCE = 200;
let filling = false;

/** One combobox on the page. */
class Combobox {
  constructor(box, say) {
    this.box = box;
    this.say = say;
    this.input = box.querySelector("[role=combobox]");
    this.list = box.querySelector("[role=listbox]");
    this.id = box.querySelector("[data-id]");
    this.within = document.getElementById(box.dataset.within);
    this.timer = 0;
    this.call = null;
    this.bind();
    this.tell();
  }

  bind() {
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("click", () => this.isOpen || this.show(""));
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
    this.box.querySelector("[data-open]").addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.input.focus();
      if (this.isOpen) this.close();
      else this.show("");
    });
    if ("strict" in this.box.dataset) this.within?.addEventListener("change", () => this.id.value && this.clear());
  }

  get isOpen() {
    return !this.list.hidden;
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  /** Typing lets go of the link and looks for what fits. */
  typed() {
    if (filling) return;
    this.link("");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.show(this.input.value), PATIENCE);
  }

  /** Fetch the choices for a text and open the list; an answer that comes late is dropped. */
  async show(text) {
    this.call?.abort();
    this.call = new AbortController();
    const query = new URLSearchParams({ q: text });
    if (this.within?.value) query.set("job", this.within.value);
    try {
      const answer = await fetch(`${this.box.dataset.url}?${query}`, { signal: this.call.signal, headers: { Accept: "text/html" } });
      if (!answer.ok || document.activeElement !== this.input) return;
      this.list.innerHTML = await answer.text();
    } catch {
      return; // the text stays as typed
    }
    this.options.forEach((option, place) => { option.id = `${this.list.id}_${place}`; });
    this.open();
  }

  open() {
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark(this.options.findIndex((option) => option.dataset.value === this.id.value));
  }

  close() {
    clearTimeout(this.timer);
    this.call?.abort();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  /** Show which choice the arrow keys are on. */
  mark(place) {
    const { options } = this;
    for (const [each, option] of [...options].entries()) option.setAttribute("aria-selected", String(each === place));
    const active = options[place];
    if (!active) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", active.id);
    return active.scrollIntoView({ block: "nearest" });
  }

  move(step) {
    const { options } = this;
    const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (options.length) this.mark((now + step + options.length) % options.length);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey) return;
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (this.isOpen) this.move(key === "ArrowDown" ? 1 : -1);
      else this.show("");
    } else if (key === "Enter") {
      event.preventDefault();
      if (this.isOpen) this.choose(this.list.querySelector("[aria-selected=true]"));
    } else if (key === "Escape" && this.isOpen) {
      event.stopPropagation();
      this.close();
    }
  }

  /** Take a choice: its words, its id, and the fields that follow from it. */
  choose(option) {
    this.close();
    if (!option) return;
    filling = true;
    this.input.value = option.dataset.label;
    this.link(option.dataset.value);
    for (const { name, value } of option.attributes)
      if (name.startsWith("data-fill-")) this.fill(name.slice("data-fill-".length), value);
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
    filling = false;
    this.tell();
  }

  fill(name, value) {
    const field = this.input.form.elements[name];
    if (!field || field === this.input || !value) return;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  clear() {
    this.input.value = "";
    this.link("");
  }

  link(value) {
    if (this.id.value === value) return this.tell();
    this.id.value = value;
    this.id.dispatchEvent(new Event("change"));
    return this.tell();
  }

  /** Say whether the words come from the list; a person must. */
  tell() {
    const text = this.input.value.trim();
    const state = this.id.value ? "picked" : text ? "typed" : "";
    const source = this.box.querySelector("[data-source]");
    source.textContent = state && this.say(state);
    source.dataset.state = state;
    if ("must" in this.box.dataset) this.input.setCustomValidity(state === "typed" ? this.box.dataset.must : "");
  }
}

/** Enhance all comboboxes; `say` gives the words for "picked" and "typed". */
export function startComboboxes(say) {
  for (const box of document.querySelectorAll("[data-combo]")) new Combobox(box, say);
}
