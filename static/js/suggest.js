// What may be meant, while somebody types in a search box: the list combobox of the ARIA practices. Without it, and
// whenever the answer does not come, the box is a plain one.

const WAIT = 160;
const SHORTEST = 2;

const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

function suggest(form) {
  const input = form.querySelector("input[type=search]");
  const id = `${input.id}-list`;
  const frame = make("div", { class: "search-box__field" });
  const list = make("div", { class: "suggest", id, role: "listbox", "aria-label": form.dataset.suggestLabel });
  const heard = make("p", { class: "visually-hidden", role: "status" });
  const answers = new Map();
  let active = -1;
  let timer = 0;
  let asking = null;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const close = () => {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const point = (index) => {
    const rows = options();
    rows[active]?.removeAttribute("data-active");
    rows[active]?.setAttribute("aria-selected", "false");
    // One step past either end is the box itself.
    active = index < -1 ? rows.length - 1 : index >= rows.length ? -1 : index;
    const row = rows[active];
    if (!row) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    row.setAttribute("data-active", "");
    row.setAttribute("aria-selected", "true");
    row.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", row.id);
  };
  const go = (row) => {
    close();
    heard.textContent = "";
    // The results page takes it up without a full reload.
    const asked = new CustomEvent("kinbridge:go", { bubbles: true, cancelable: true, detail: { href: row.dataset.href } });
    if (form.dispatchEvent(asked)) location.assign(row.dataset.href);
  };
  const show = (groups) => {
    let count = 0;
    list.replaceChildren(...groups.map((group, place) => {
      const label = make("div", { class: "suggest__label", id: `${id}-${place}`, role: "presentation" }, group.label);
      const rows = group.items.map((item) => {
        const row = make("div", { class: "suggest__option", id: `${id}-option-${count}`, role: "option", "aria-selected": "false", "data-href": item.href }, item.text);
        if (item.note) row.append(make("span", { class: "suggest__note" }, item.note));
        count += 1;
        return row;
      });
      return make("div", { role: "group", "aria-labelledby": label.id }, label, ...rows);
    }));
    active = -1;
    list.hidden = count === 0;
    input.setAttribute("aria-expanded", String(count > 0));
    input.removeAttribute("aria-activedescendant");
    const { suggestNone: none, suggestOne: one, suggestMany: many } = form.dataset;
    heard.textContent = count === 0 ? none : count === 1 ? one : many.replace("#", count);
  };
  const ask = async () => {
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string")).toString();
    asking?.abort();
    asking = new AbortController();
    try {
      if (!answers.has(query)) {
        const answer = await fetch(`${form.dataset.suggest}?${query}`, { signal: asking.signal, credentials: "same-origin", headers: { Accept: "application/json" } });
        if (!answer.ok) return;
        if (answers.size > 60) answers.clear();
        answers.set(query, (await answer.json()).groups);
      }
      if (document.activeElement === input) show(answers.get(query));
    } catch {
      // Typed on, gone offline: the box still searches.
    }
  };

  // A text field may be a combobox, a search field may not; the keyboard of a phone still says "search".
  input.type = "text";
  for (const [name, value] of Object.entries({ role: "combobox", enterkeyhint: "search", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id })) input.setAttribute(name, value);
  input.before(frame);
  list.hidden = true;
  frame.append(input, list, heard);

  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (event.isComposing) return;
    if (input.value.trim().length < SHORTEST) close();
    else timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!list.hidden) point(active + (event.key === "ArrowDown" ? 1 : -1));
      else if (input.value.trim().length >= SHORTEST) ask();
    } else if (event.key === "Enter") {
      const row = options()[active];
      if (!list.hidden && row) {
        event.preventDefault();
        go(row);
      } else close();
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
      heard.textContent = "";
    }
  });
  input.addEventListener("blur", close);
  form.addEventListener("submit", close);
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[role=option]");
    if (row) go(row);
  });
}

document.querySelectorAll("form[data-suggest]").forEach(suggest);
