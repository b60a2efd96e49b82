// Small improvements; every page works without them.
const words = document.documentElement.lang === "en" ? { hide: "Hide", show: "Show", saved: "Saved", left: "characters left", over: "characters too many" } : {};

document.querySelector("[data-focus]")?.focus();

for (const nav of document.querySelectorAll("[data-site-nav]")) {
  // On wide screens the menu is always open; older browsers need the attribute for it.
  const wide = window.matchMedia("(min-width: 60rem)");
  const follow = () => { nav.open = wide.matches; };
  follow();
  wide.addEventListener("change", follow);
}

for (const area of document.querySelectorAll("textarea[data-count]")) {
  const most = Number(area.dataset.count);
  const counter = document.createElement("p");
  counter.className = "counter";
  counter.setAttribute("aria-live", "polite");
  area.after(counter);
  const tell = () => {
    const left = most - area.value.length;
    counter.textContent = `${Math.abs(left)} ${left < 0 ? words.over : words.left}`;
    counter.classList.toggle("counter--over", left < 0);
  };
  area.addEventListener("input", tell);
  tell();
}

for (const box of document.querySelectorAll("[data-password]")) {
  const input = box.querySelector("input");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--secondary";
  button.textContent = box.dataset.password;
  button.setAttribute("aria-controls", input.id);
  button.addEventListener("click", () => {
    const hidden = input.type === "password";
    input.type = hidden ? "text" : "password";
    button.textContent = hidden ? words.hide : words.show;
  });
  box.append(button);
}

for (const list of document.querySelectorAll("[data-filter-list]")) {
  const choices = [...list.querySelectorAll(".choice")];
  if (choices.length <= 12) continue;
  const label = document.createElement("label");
  label.textContent = list.dataset.filterList;
  label.className = "field__hint";
  const input = document.createElement("input");
  input.className = "input filter-input";
  input.type = "search";
  label.append(input);
  list.before(label);
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  input.addEventListener("input", () => {
    const wanted = fold(input.value);
    for (const choice of choices) {
      const chosen = choice.querySelector("input").checked;
      choice.hidden = !chosen && wanted !== "" && !fold(choice.textContent).includes(wanted);
    }
  });
}

for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

for (const form of document.querySelectorAll("form[data-autosave]")) autosave(form);
for (const select of document.querySelectorAll("select[data-combobox]")) combobox(select);

function fold(text) {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().trim();
}

function autosave(form) {
  const note = document.createElement("p");
  note.className = "autosave";
  note.setAttribute("role", "status");
  form.append(note);
  let dirty = false;
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("submit", () => { dirty = false; });
  const save = async () => {
    if (!dirty) return;
    dirty = false;
    const data = new FormData(form);
    data.set("autosave", "yes");
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: data, headers: { Accept: "application/json" } });
      if (!answer.ok) { dirty = true; return; }
      const told = await answer.json();
      const version = form.querySelector("input[name=version]");
      if (version && told.version) version.value = told.version;
      note.textContent = `${words.saved} ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`;
    } catch { dirty = true; }
  };
  setInterval(save, 15000);
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
}

// A select that can be typed in: the ARIA combobox with a list; the select stays the one that is sent.
function combobox(select) {
  const many = select.multiple;
  const options = [...select.options].filter((option) => option.value !== "");
  const box = document.createElement("div");
  box.className = "combobox";
  const chips = document.createElement("div");
  chips.className = "combobox__chips";
  const input = document.createElement("input");
  input.className = "input";
  input.id = `${select.id}-typed`;
  input.autocomplete = "off";
  const list = document.createElement("ul");
  list.className = "combobox__list";
  list.id = `${select.id}-list`;
  list.hidden = true;
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id], ["aria-autocomplete", "list"]]) input.setAttribute(name, value);
  for (const name of ["aria-describedby", "aria-invalid"]) if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  list.setAttribute("role", "listbox");
  const label = document.querySelector(`label[for="${select.id}"]`);
  if (label) { label.htmlFor = input.id; label.id = `${select.id}-label`; list.setAttribute("aria-labelledby", label.id); }
  let shown = [];
  let active = -1;

  const draw = () => {
    if (!many) { input.value = select.selectedOptions[0]?.value ? select.selectedOptions[0].text : ""; return; }
    chips.replaceChildren(...[...select.selectedOptions].map((option) => {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.className = "chip";
      chip.textContent = `${option.text} ×`;
      chip.setAttribute("aria-label", `${option.text}, remove`);
      chip.addEventListener("click", () => { option.selected = false; changed(); input.focus(); });
      return chip;
    }));
  };
  const changed = () => { draw(); select.dispatchEvent(new Event("change", { bubbles: true })); select.dispatchEvent(new Event("input", { bubbles: true })); };
  const close = () => { list.hidden = true; active = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const choose = (option) => {
    option.selected = true;
    if (many) input.value = "";
    changed();
    close();
  };
  const open = () => {
    const wanted = fold(input.value);
    shown = options.filter((option) => !(many && option.selected) && (wanted === "" || fold(option.text).includes(wanted))).slice(0, 60);
    list.replaceChildren(...shown.map((option, index) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${index}`;
      item.setAttribute("role", "option");
      item.textContent = option.text;
      item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(option); });
      return item;
    }));
    list.hidden = shown.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    active = -1;
  };
  const step = (by) => {
    if (list.hidden) open();
    active = Math.max(0, Math.min(shown.length - 1, active + by));
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === active)));
    list.children[active]?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", `${list.id}-${active}`);
  };
  input.addEventListener("input", open);
  input.addEventListener("click", open);
  input.addEventListener("blur", () => { close(); draw(); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") { event.preventDefault(); step(1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); step(-1); }
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && !list.hidden) { event.preventDefault(); const option = shown[Math.max(0, active)]; if (option) choose(option); }
    else if (event.key === "Backspace" && many && input.value === "" && select.selectedOptions.length) { [...select.selectedOptions].at(-1).selected = false; changed(); }
  });
  box.append(chips, input, list);
  select.before(box);
  select.hidden = true;
  draw();
}
