// Light, dark or the system's choice; kept in the cookie that the server reads, so no page flashes.

const root = document.documentElement;
const YEAR = 31_536_000;

/** What the eye sees now. */
const shown = () =>
  root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

/** Put a theme on the page and remember it; an empty one follows the system. */
function wear(theme) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `ems_theme=${theme}; Path=/; Max-Age=${theme ? YEAR : 0}; SameSite=Lax${secure}`;
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  mark();
  document.body.dispatchEvent(new CustomEvent("ems:theme"));
}

/** The toggle shows what a press would bring. */
function paint(button) {
  const use = button.querySelector("use");
  const sprite = use?.getAttribute("href").split("#")[0];
  use?.setAttribute("href", `${sprite}#${shown() === "dark" ? "sun" : "moon"}`);
}

/** Show which choice is in force. */
function mark() {
  const chosen = root.dataset.theme ?? "";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    if (button.dataset.themeChoice === "toggle") paint(button);
    else button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen));
  }
}

/** Let the theme buttons act at once; without script their form posts. */
export function startTheme() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-theme-choice]");
    if (!button) return;
    event.preventDefault();
    const choice = button.dataset.themeChoice;
    wear(choice === "toggle" ? (shown() === "dark" ? "light" : "dark") : choice);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
    document.body.dispatchEvent(new CustomEvent("ems:theme")),
  );
  mark();
}
