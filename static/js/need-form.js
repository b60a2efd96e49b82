// The form of a need: drafts are kept along the way, and the number of helpers follows what is chosen.

const frame = document.querySelector("[data-need-form]");
const form = frame?.querySelector("form");
const note = frame?.querySelector("[data-need-saved]");

const later = (wait, act) => {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, wait);
  };
};

const typed = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));

function followHelpers() {
  const words = document.querySelectorAll("[data-need-helpers]");
  const owner = document.querySelector("[data-need-owner]");
  let asked = "";
  const ask = later(400, async () => {
    const chosen = new URLSearchParams([...typed()].filter(([name]) => ["markets", "second_market", "sectors", "help_types"].includes(name)));
    if (chosen.toString() === asked) return;
    asked = chosen.toString();
    const answer = await fetch(`${frame.dataset.countUrl}?${asked}`, { credentials: "same-origin", headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return;
    const told = await answer.json();
    for (const place of words) place.textContent = told.words;
    owner.textContent = told.owner;
  });
  form.addEventListener("change", ask);
}

function keepAlong() {
  const content = () => { const all = typed(); all.delete("version"); all.delete("csrf_token"); return all.toString(); };
  let kept = content();
  let busy = false;
  let sent = false;
  let waiting = null;
  const keep = async () => {
    const now = content();
    if (busy || sent || now === kept) return;
    busy = true;
    let why = "";
    try {
      const answer = await fetch(frame.dataset.autosaveUrl, { method: "POST", body: typed(), credentials: "same-origin", headers: { Accept: "application/json" } });
      const told = await answer.json();
      why = told.message ?? "";
      if (!told.saved) throw new Error(String(answer.status));
      kept = now;
      // From now on this page writes to the draft that was made, in its latest version.
      form.querySelector("[name=version]").value = told.version;
      form.action = told.edit;
      frame.dataset.autosaveUrl = told.autosave;
      if (location.pathname !== new URL(told.edit, location.href).pathname) history.replaceState(null, "", told.edit);
      note.textContent = `${frame.dataset.saved} ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`;
    } catch {
      note.textContent = why || frame.dataset.unsaved;
    } finally {
      busy = false;
      if (waiting) form.requestSubmit(waiting);
    }
  };
  // Sent while a draft is being kept, it would meet its own draft half-way: it waits for the end of that.
  form.addEventListener("submit", (event) => {
    if (busy) {
      event.preventDefault();
      waiting = event.submitter;
    } else {
      sent = true;
    }
  });
  form.addEventListener("change", later(1500, keep));
  setInterval(keep, 20_000);
}

// Reading who you are, or only what you share: the preview shows the one that is chosen.
function followConfidentiality() {
  const named = document.querySelector("[data-need-named]");
  const shared = document.querySelector("[data-need-shared]");
  const show = () => {
    const closed = form.querySelector("[name=confidentiality]:checked")?.value === "confidential";
    named.hidden = closed;
    shared.hidden = !closed;
  };
  form.addEventListener("change", show);
  show();
}

// What is chosen rather than typed stands in the preview too: the goal, the kinds of help and sectors, and when.
function followChoices() {
  const words = (field) => field.selectedOptions
    ? [...field.selectedOptions].map((option) => option.text.trim())
    : [...field.labels].map((label) => label.firstChild.textContent.trim());
  const chosen = (name, mark) => [...form.querySelectorAll(`[name=${name}]${mark}`)].flatMap(words);
  const day = (value) => new Date(`${value}T12:00`).toLocaleDateString(document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang, { weekday: "long", day: "numeric", month: "long", year: "numeric" }).replace(",", "");
  const put = (selector, text) => { for (const place of document.querySelectorAll(selector)) place.textContent = text; };
  const show = () => {
    put("[data-need-goal]", chosen("goal", ":checked").join(" "));
    put("[data-need-topics]", [...chosen("help_types", ":checked"), ...chosen("sectors", "")].join(" · "));
    for (const place of document.querySelectorAll("[data-need-when]")) {
      const on = form.querySelector("[name=deadline_on]").value;
      const parts = [form.querySelector("[name=urgent]").checked ? place.dataset.urgent : "", on ? place.dataset.day.replace("{day}", day(on)) : ""];
      place.textContent = parts.filter(Boolean).join(" ");
    }
  };
  form.addEventListener("change", show);
}

// Of the examples only that of the goal that is chosen, once one is.
function followGoal() {
  const examples = [...document.querySelectorAll("[data-need-examples] [data-goal]")];
  const show = () => {
    const goal = form.querySelector("[name=goal]:checked")?.value;
    const own = examples.some((one) => one.dataset.goal === goal);
    for (const one of examples) one.hidden = own && one.dataset.goal !== goal;
  };
  form.addEventListener("change", show);
  show();
}

if (form) {
  followHelpers();
  followGoal();
  followConfidentiality();
  followChoices();
  if (frame.dataset.autosaveUrl) keepAlong();
}
