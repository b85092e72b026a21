// Draws the diagrams of the guide in our colours; the text of a diagram stays when it cannot be drawn.

/** The colour that a token has now, in the theme of the page. */
function colour(token) {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const [red, green, blue] = getComputedStyle(probe).color.match(/\d+/g);
  probe.remove();
  return `rgb(${red}, ${green}, ${blue})`;
}

const variables = () => ({
  background: colour("--paper"),
  primaryColor: colour("--brand-soft"),
  primaryBorderColor: colour("--brand"),
  primaryTextColor: colour("--ink"),
  secondaryColor: colour("--wait-soft"),
  tertiaryColor: colour("--mute-soft"),
  lineColor: colour("--ink-3"),
  textColor: colour("--ink"),
  actorBkg: colour("--brand-soft"),
  noteBkgColor: colour("--wait-soft"),
  noteTextColor: colour("--ink"),
  edgeLabelBackground: colour("--paper"),
  fontFamily: getComputedStyle(document.body).fontFamily,
  fontSize: "14px",
});

/** Replace each fenced `mermaid` block by its picture. */
async function draw() {
  const { mermaid } = globalThis;
  if (!mermaid) return;
  mermaid.initialize({ startOnLoad: false, theme: "base", securityLevel: "strict", themeVariables: variables() });
  let place = 0;
  for (const code of document.querySelectorAll("code.language-mermaid")) {
    const box = document.createElement("div");
    box.className = "diagram";
    box.setAttribute("role", "img");
    const { svg } = await mermaid.render(`diagram-${(place += 1)}`, code.textContent);
    box.innerHTML = svg;
    code.parentElement.replaceWith(box);
  }
}

draw();
