// Lines pasted from a spreadsheet: the server reads them, good ones become lines of the form (core/pages/pasting.py).

const fieldsOf = (box) => [...box.querySelectorAll("[name^='paste-']")].filter((field) => field.type !== "checkbox" || field.checked);

/** Let the server read the box; its answer is the page of the form, of which the box is taken. */
async function ask(box, present, step) {
  const form = box.closest("form");
  const body = new FormData();
  for (const field of fieldsOf(box)) body.append(field.name, field.value);
  body.append("paste", step);
  body.append("paste-present", String(present()));
  body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("paste-area");
  if (!fresh) throw new Error(String(answer.status));
  return fresh;
}

/** Put the fresh box in the place of the old one; a person goes on where they were. */
function show(box, fresh) {
  box.replaceWith(fresh);
  const next = fresh.querySelector("[value=take]") ?? fresh.querySelector("textarea");
  next.focus();
  fresh.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Start the box of a form. present: how many lines it has; add: makes a line of values; done: told when all are in. */
export function startPaste({ present, add, done, failed }) {
  const whole = document.querySelector("[data-paste]");
  whole?.addEventListener("toggle", () => whole.open && whole.querySelector("textarea").focus());
  whole?.addEventListener("click", async (event) => {
    const button = event.target.closest("[name=paste]");
    if (!button || button.getAttribute("aria-busy")) return;
    event.preventDefault();
    const box = document.getElementById("paste-area");
    button.setAttribute("aria-busy", "true");
    try {
      const fresh = await ask(box, present, button.value);
      const rows = JSON.parse(fresh.querySelector("#paste-rows")?.textContent ?? "[]");
      for (const values of rows) add(values);
      if (rows.length) done();
      show(box, fresh);
    } catch {
      button.removeAttribute("aria-busy");
      box.querySelector(".paste-said")?.remove();
      const note = document.createElement("p");
      note.className = "paste-said no";
      note.setAttribute("role", "alert");
      note.textContent = failed;
      box.querySelector(".tools").before(note);
    }
  });
}
