// Words and settings that the page hands over as data attributes of <template id="words">.

const source = document.getElementById("words");

/** The word for a key, in the reader's language. */
export const word = (key) => source?.dataset[key] ?? key;

/** The language of the page, for Intl; English days come before their month, as everywhere here. */
export const language = document.documentElement.lang === "en" ? "en-GB" : "id";

/** An icon of the sprite as an SVG element. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${word("sprite")}#${name}`);
  svg.append(use);
  return svg;
}

/** An element with attributes and children; text is never read as HTML. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
