// Small improvements. Every page works without them; nothing here is needed to read, send or decide.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];

const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
};

// Letters without their accents, so that "Cote" finds "Côte".
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const later = (wait, act) => {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, wait);
  };
};

function takeFocus(element) {
  element.focus({ preventScroll: false });
}

function showPassword(frame) {
  const input = frame.querySelector("input");
  const button = make("button", { type: "button", class: "button button--quiet", "aria-pressed": "false", "aria-controls": input.id }, frame.dataset.show);
  button.addEventListener("click", () => {
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.textContent = shown ? frame.dataset.show : frame.dataset.hide;
    button.setAttribute("aria-pressed", String(!shown));
  });
  // What is sent is always a password, so that browsers do not remember it as plain text.
  input.form?.addEventListener("submit", () => { input.type = "password"; });
  frame.append(button);
}

function countCharacters(area) {
  const most = Number(area.dataset.count);
  const words = make("p", { class: "field__count", "aria-hidden": "true" });
  const heard = make("p", { class: "visually-hidden", role: "status" });
  const show = () => {
    // A line break is sent as two characters.
    const left = most - area.value.replace(/\r?\n/g, "\r\n").length;
    words.textContent = `${Math.abs(left).toLocaleString()} ${left < 0 ? "too many" : "left"}`;
    words.classList.toggle("field__count--over", left < 0);
  };
  const say = later(1200, () => { heard.textContent = words.textContent; });
  area.after(words, heard);
  area.addEventListener("input", () => { show(); say(); });
  show();
}

function filterList(list) {
  if (list.querySelectorAll(".choice").length < 9) return;
  const input = make("input", { type: "search", class: "input", "aria-label": list.dataset.filter, placeholder: list.dataset.filter, autocomplete: "off" });
  const heard = make("p", { class: "visually-hidden", role: "status" });
  const choices = all(".choice", list).map((row) => [row, plain(row.textContent)]);
  const narrow = () => {
    const typed = plain(input.value.trim());
    let shown = 0;
    for (const [row, words] of choices) {
      row.hidden = !words.includes(typed) && !row.querySelector("input").checked;
      if (!row.hidden) shown += 1;
    }
    for (const title of all(".choices__group", list)) title.hidden = typed !== "";
    heard.textContent = typed ? `${shown}` : "";
  };
  input.addEventListener("input", (event) => { event.stopPropagation(); narrow(); });
  input.addEventListener("change", (event) => event.stopPropagation());
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  list.before(make("div", { class: "filter" }, input, heard));
}

// The editable combobox of the ARIA practices over a select, which stays in the form and is what is sent.
function combobox(select) {
  const id = select.id;
  const several = select.multiple;
  const label = document.querySelector(`label[for="${CSS.escape(id)}"]`);
  const options = all("option", select).filter((option) => option.value !== "");
  const described = select.getAttribute("aria-describedby");
  const input = make("input", { type: "text", class: "input input--select", id: `${id}-typed`, role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-describedby": described, "aria-invalid": select.getAttribute("aria-invalid") });
  const list = make("ul", { class: "combobox__list", id: `${id}-list`, role: "listbox", "aria-label": select.dataset.combobox, "aria-multiselectable": several || null, hidden: true });
  const chosen = make("div", { class: "combobox__chosen" });
  const heard = make("p", { class: "visually-hidden", role: "status" });
  let active = -1;

  const items = () => all("[role=option]", list);
  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const point = (index) => {
    const rows = items();
    rows[active]?.removeAttribute("data-active");
    active = rows.length ? (index + rows.length) % rows.length : -1;
    if (active < 0) return;
    rows[active].setAttribute("data-active", "");
    rows[active].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", rows[active].id);
  };
  const tell = () => select.dispatchEvent(new Event("change", { bubbles: true }));
  const showChosen = () => {
    if (!several) {
      input.value = select.selectedOptions[0]?.value ? select.selectedOptions[0].text : "";
      return;
    }
    chosen.replaceChildren(...options.filter((option) => option.selected).map((option) => {
      const chip = make("button", { type: "button", class: "chip chip--removable" }, option.text, make("span", { "aria-hidden": "true" }, "×"), make("span", { class: "visually-hidden" }, " remove"));
      chip.addEventListener("click", () => {
        option.selected = false;
        showChosen();
        tell();
        input.focus();
      });
      return chip;
    }));
  };
  const take = (option) => {
    option.selected = several ? !option.selected : true;
    input.value = "";
    showChosen();
    close();
    tell();
  };
  const open = (typed) => {
    const words = plain(typed);
    const starts = (option) => (plain(option.text).startsWith(words) ? 0 : 1);
    const found = options.filter((option) => plain(`${option.text} ${option.dataset.also ?? ""}`).includes(words)).sort((a, b) => starts(a) - starts(b)).slice(0, 60);
    list.replaceChildren(...found.map((option, index) => {
      const row = make("li", { class: "combobox__option", role: "option", id: `${id}-option-${index}`, "aria-selected": String(option.selected) }, option.text);
      row.addEventListener("mousedown", (event) => { event.preventDefault(); take(option); });
      return row;
    }));
    list.hidden = found.length === 0;
    active = -1;
    input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-expanded", String(found.length > 0));
    heard.textContent = `${found.length} found`;
    list.taken = found;
  };

  input.addEventListener("input", (event) => {
    event.stopPropagation();
    if (!several && input.value === "") { select.value = ""; tell(); }
    open(input.value);
  });
  input.addEventListener("change", (event) => event.stopPropagation());
  input.addEventListener("click", () => { if (list.hidden) { input.select(); open(""); } });
  input.addEventListener("blur", () => { close(); if (several) input.value = ""; else showChosen(); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (list.hidden) open("");
      point(active < 0 && step < 0 ? -1 : active + step);
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      if (list.taken.length) take(list.taken[Math.max(active, 0)]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      close();
      showChosen();
    } else if (event.key === "Backspace" && several && input.value === "") {
      const last = options.filter((option) => option.selected).at(-1);
      if (last) { last.selected = false; showChosen(); tell(); }
    }
  });

  select.hidden = true;
  // Links of the error summary and the label lead to the field that is seen.
  select.id = `${id}-sent`;
  input.id = id;
  if (label) label.htmlFor = id;
  select.before(make("div", { class: "combobox" }, chosen, input, list, heard));
  showChosen();
}

function submitOnChange(form) {
  // With script the button is not needed, but it stays for those who use the keyboard.
  form.addEventListener("change", later(250, () => form.requestSubmit()));
}

function saveAlong(form) {
  const words = form.querySelector(".autosave");
  const seen = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string")).toString();
  let kept = seen();
  let busy = false;
  const save = async () => {
    const body = seen();
    if (busy || body === kept) return;
    busy = true;
    try {
      const answer = await fetch(form.dataset.autosaveUrl, { method: "POST", body, credentials: "same-origin", headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      kept = body;
      words.textContent = `${form.dataset.saved} ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`;
    } catch {
      words.textContent = form.dataset.unsaved;
    } finally {
      busy = false;
    }
  };
  form.addEventListener("change", later(800, save));
  setInterval(save, 20_000);
}

function showTyped(place) {
  const field = document.getElementById(place.dataset.previewOf);
  if (!field) return;
  const empty = place.textContent;
  const show = () => {
    const chosen = field.selectedOptions ? [...field.selectedOptions].filter((option) => option.value).map((option) => option.text).join(", ") : field.value;
    place.textContent = chosen.trim() || empty;
  };
  field.addEventListener("input", show);
  field.addEventListener("change", show);
}

function enhance(root) {
  all("[data-preview-of]", root).forEach(showTyped);
  all("select[data-combobox]", root).forEach(combobox);
  all("[data-filter]", root).forEach(filterList);
  all("[data-count]", root).forEach(countCharacters);
  all("[data-password]", root).forEach(showPassword);
  all("form[data-autosubmit]", root).forEach(submitOnChange);
  all("form[data-autosave]", root).forEach(saveAlong);
}

enhance(document);
all("[data-focus]").slice(0, 1).forEach(takeFocus);
// A part of the page that another script put in.
document.addEventListener("kinbridge:shown", (event) => enhance(event.target));
