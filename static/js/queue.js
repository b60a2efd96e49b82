// Moving through the lines of the queue by the arrow keys, from the list itself or one of its links; x ticks the line.

for (const list of document.querySelectorAll("[data-row-keys]")) {
  const links = [...list.querySelectorAll("tbody th a")];
  const goTo = { ArrowDown: 1, ArrowUp: -1 };
  list.addEventListener("keydown", (event) => {
    const place = links.indexOf(document.activeElement);
    if (place < 0 && document.activeElement !== list) return;
    if (event.key in goTo) {
      event.preventDefault();
      links[Math.max(place + goTo[event.key], 0)]?.focus();
    } else if (place >= 0 && (event.key === "Home" || event.key === "End")) {
      event.preventDefault();
      links.at(event.key === "Home" ? 0 : -1).focus();
    } else if (place >= 0 && event.key === "x" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      links[place].closest("tr").querySelector("input[type=checkbox]")?.click();
    }
  });
}

// One box in the head ticks every need on the page, and says so when only some are ticked.
for (const head of document.querySelectorAll("[data-tick-all]")) {
  const boxes = [...head.closest("table").querySelectorAll("tbody input[name=picked]")];
  if (boxes.length < 2) continue;
  const all = document.createElement("input");
  all.type = "checkbox";
  all.className = "queue-table__box";
  all.setAttribute("aria-label", head.dataset.tickAll);
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
  head.closest("table").addEventListener("change", (event) => {
    if (event.target === all) return;
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  });
  head.append(all);
}
