// Moving through the lines of the queue by the arrow keys, while the focus is on one of their links; x ticks the line.

for (const table of document.querySelectorAll("[data-row-keys]")) {
  const links = [...table.querySelectorAll("tbody th a")];
  const goTo = { ArrowDown: 1, ArrowUp: -1 };
  table.addEventListener("keydown", (event) => {
    const place = links.indexOf(document.activeElement);
    if (place < 0) return;
    if (event.key in goTo) {
      event.preventDefault();
      links[place + goTo[event.key]]?.focus();
    } else if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      links.at(event.key === "Home" ? 0 : -1).focus();
    } else if (event.key === "x" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      links[place].closest("tr").querySelector("input[type=checkbox]")?.click();
    }
  });
}
