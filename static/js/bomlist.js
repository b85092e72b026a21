// The list of BOMs: the search box follows the address.

document.body.addEventListener("htmx:historyCacheMiss", (event) => {
  event.preventDefault();
  location.reload();
});
document.body.addEventListener("htmx:pushedIntoHistory", () => {
  const box = document.getElementById("bom-q");
  if (box && box !== document.activeElement) box.value = new URLSearchParams(location.search).get("q") ?? "";
});
