// The search page without a full reload: the same address is fetched, its parts are swapped in, and the address of the
// window follows. Where anything is out of the ordinary the browser goes there as it always would.

const finder = document.querySelector("[data-finder]");
const heard = finder.querySelector("[data-finder-status]");
const box = finder.querySelector("form[role=search]");
let fetching = null;
// The address of what stands on the page; a jump inside it changes no more than the part after the hash.
const bare = (address) => String(address).split("#")[0];
let shown = bare(location.href);

const isOurs = (url) => url.origin === location.origin && url.pathname === location.pathname;
const parts = (root) => new Map([...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));

// What a box is called whichever place the new list gives it.
const placeOf = (element) => {
  if (element?.matches?.(".facets input[name]")) return `.facets input[name="${CSS.escape(element.name)}"][value="${CSS.escape(element.value)}"]`;
  if (element?.form?.matches("[data-in-place]")) return `#${CSS.escape(element.form.id)} button`;
  return null;
};

function swap(page, { keepWords }) {
  const place = placeOf(document.activeElement);
  const isOpen = finder.querySelector(".sheet")?.open;
  const scrolled = [...finder.querySelectorAll(".facet__list--scroll")].map((list) => list.scrollTop);
  const next = parts(page);
  for (const [name, part] of parts(finder)) {
    const fresh = document.adoptNode(next.get(name));
    part.replaceWith(fresh);
    // Lists get their filters, forms send themselves: what site.js does when a page opens.
    fresh.dispatchEvent(new CustomEvent("kinbridge:shown", { bubbles: true }));
  }
  const sheet = finder.querySelector(".sheet");
  if (sheet && isOpen) sheet.open = true;
  [...finder.querySelectorAll(".facet__list--scroll")].forEach((list, index) => { list.scrollTop = scrolled[index] ?? 0; });
  const asked = page.querySelector("form[role=search] input[name=q]");
  if (!keepWords && asked) box.elements.q.value = asked.value;
  document.title = page.title;
  return place && finder.querySelector(place);
}

async function show(url, { push = true, keepWords = false, to = "list", form = null } = {}) {
  fetching?.abort();
  fetching = new AbortController();
  finder.setAttribute("aria-busy", "true");
  let page;
  try {
    const sent = form ? { method: "POST", body: new URLSearchParams(new FormData(form)) } : {};
    const answer = await fetch(url, { ...sent, signal: fetching.signal, credentials: "same-origin", headers: { Accept: "text/html" } });
    if (!answer.ok || !isOurs(new URL(answer.url))) throw new Error(String(answer.status));
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = parts(page);
    if ([...parts(finder).keys()].some((name) => !found.has(name))) throw new Error("another page");
  } catch (error) {
    if (error.name === "AbortError") return;
    if (form) form.submit();
    else location.assign(url);
    return;
  }
  finder.removeAttribute("aria-busy");
  shown = bare(url.href);
  if (push && url.href !== location.href) history.pushState({ finder: true }, "", url);
  const same = swap(page, { keepWords });
  const title = finder.querySelector("[data-finder-count]");
  heard.textContent = "";
  if (to === "list" && title) {
    title.focus({ preventScroll: true });
    const { top } = title.getBoundingClientRect();
    if (top < 0 || top > innerHeight * 0.6) title.scrollIntoView({ block: "start" });
  } else {
    same?.focus({ preventScroll: true });
    // Said a moment later, so that it is not lost in what is said of the box.
    const said = form ? finder.querySelector(".shortlist-bar__title") : title;
    setTimeout(() => { heard.textContent = said?.textContent.replace(/\s+/g, " ").trim() ?? ""; }, 300);
  }
}

const plainClick = (event) => event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !finder.contains(form)) return;
  if (form.matches("[data-in-place]")) {
    event.preventDefault();
    show(new URL(form.action), { push: false, keepWords: true, to: "same", form });
    return;
  }
  if (form.method !== "get") return;
  const url = new URL(form.action);
  if (!isOurs(url)) return;
  event.preventDefault();
  url.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string" && value !== "")).toString();
  const isBox = form === box;
  show(url, { keepWords: !isBox, to: isBox || event.submitter ? "list" : "same" });
});

finder.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || !plainClick(event) || link.target) return;
  const url = new URL(link.href);
  if (!isOurs(url) || url.hash) return;
  event.preventDefault();
  show(url);
});

finder.addEventListener("kinbridge:go", (event) => {
  const url = new URL(event.detail.href, location.href);
  if (!isOurs(url)) return;
  event.preventDefault();
  show(url);
});

addEventListener("popstate", () => {
  if (bare(location.href) !== shown) show(new URL(location.href), { push: false, to: "same" });
});
