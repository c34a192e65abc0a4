// Answers as one types and chooses. Without it the page works by its buttons; all words come from
// the server, which draws the part of the page that a search changes.

const PAUSE = 300; // ms after the last key
const PAUSE_IN_DATES = 900; // a year is typed digit by digit, and each is a date
const here = document.getElementById("search-page");
const said = document.getElementById("search-said");
const { saveData, effectiveType = "" } = navigator.connection ?? {};

let asking = new AbortController();
let waiting = 0;
let shown = location.search;
// Words of which the last may be unfinished: as long as they stay, so do all that begin with it.
let beginning = "";

const keyOf = (node) => node.id || node.dataset?.key;

// Makes the children of `old` what those of `fresh` are, but keeps each element that is still there:
// with it what has the focus, where one has scrolled to and what one has unfolded.
function renew(old, fresh, typing) {
  let next = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    const key = keyOf(child);
    let twin = next;
    while (key && twin && keyOf(twin) !== key) twin = twin.nextSibling;
    if (!twin || twin.nodeName !== child.nodeName || (!key && keyOf(twin))) {
      old.insertBefore(child, next);
      continue;
    }
    while (next !== twin) next = remove(next);
    next = twin.nextSibling;
    if (child.nodeType === Node.ELEMENT_NODE) renewElement(twin, child, typing);
    else if (twin.data !== child.data) twin.data = child.data;
  }
  while (next) next = remove(next);
}

function remove(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

function renewElement(old, fresh, typing) {
  const keeps = (name) => name === "open" && keyOf(old);
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !keeps(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && !keeps(name)) old.setAttribute(name, value);
  }
  renew(old, fresh, typing);
  if (old.checked !== fresh.checked) old.checked = fresh.checked;
  // What is being typed is the person's.
  if ("value" in old && old.value !== fresh.value && !(typing && old.id === "q")) {
    old.value = fresh.value;
  }
}

// The part of the page that answers `query`. It has an address of its own: no cache, nor the back
// button, takes it for the page.
async function part(query, unfinished, signal) {
  const asked = new URLSearchParams(query);
  asked.set("part", "1");
  if (unfinished) asked.set("unfinished", "1");
  const response = await fetch(`${location.pathname}?${asked}`, { signal });
  if (!response.ok) throw new Error(response.status);
  const answer = new DOMParser().parseFromString(await response.text(), "text/html");
  if (!answer.getElementById("search-page")) throw new Error("Something else answered.");
  return answer;
}

// Shows what answers `query` (of an address). The newest question wins, whichever answer comes last.
async function show(query, { typing = false, keep = "pushState", toResults = false } = {}) {
  clearTimeout(waiting);
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  here.setAttribute("aria-busy", "true");
  let answer;
  try {
    // After a space the last word is finished.
    const words = new URLSearchParams(query).get("q") ?? "";
    const unfinished = words === beginning && /\S$/.test(words);
    answer = await part(query, unfinished, signal);
  } catch {
    if (signal.aborted) return;
    here.removeAttribute("aria-busy");
    // Who types goes on typing; everybody else is taken there by the browser.
    if (!typing) location.assign(`?${query}`);
    return;
  }
  if (signal.aborted) return;
  const focused = document.activeElement;
  const fresh = answer.getElementById("search-page");
  renew(here, fresh, typing);
  here.removeAttribute("aria-busy");
  document.title = answer.title;
  const { address } = fresh.dataset;
  if (keep && address !== location.pathname + location.search) history[keep](null, "", address);
  shown = location.search;
  const switcher = document.querySelector(".bar [hreflang]");
  if (switcher) switcher.search = shown;
  const results = document.getElementById("results");
  said.textContent = results?.textContent.trim() ?? "";
  if (toResults || !focused.isConnected) results?.focus();
}

// What the form asks, without what is empty.
function asked() {
  const pairs = new FormData(document.getElementById("search"));
  return String(new URLSearchParams([...pairs].filter(([, value]) => value)));
}

function typed() {
  beginning = document.getElementById("q").value;
  show(asked(), { typing: true, keep: "replaceState" });
}

const chosen = () => show(asked());

function later(what, pause) {
  clearTimeout(waiting);
  waiting = setTimeout(what, pause);
}

// A form sends what is empty, too: the address is put as it is to be shared, unless it is at fault.
if (here && !here.querySelector("[data-key=problems]")) {
  history.replaceState(history.state, "", here.dataset.address + location.hash);
  shown = location.search;
}

// Who pays for each byte, or waits for it, asks by the buttons.
if (here && !saveData && !effectiveType.includes("2g")) {
  document.documentElement.classList.add("as-you-type");
  here.addEventListener("input", ({ target, isComposing }) => {
    if (target.id === "q" && !isComposing) later(typed, PAUSE);
  });
  here.addEventListener("compositionend", () => later(typed, PAUSE));
  here.addEventListener("compositionstart", () => clearTimeout(waiting));
  here.addEventListener("change", ({ target }) => {
    if (target.type === "date") later(chosen, PAUSE_IN_DATES);
    else if (target.id !== "q") chosen();
  });
  here.addEventListener("submit", (event) => {
    event.preventDefault();
    beginning = "";
    show(asked(), { toResults: true });
  });
  here.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="?"]');
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
      return;
    }
    event.preventDefault();
    show(link.search.slice(1), { toResults: true });
  });
  addEventListener("popstate", () => {
    // A step within the page is none to another search.
    if (location.search !== shown) show(location.search.slice(1), { keep: "" });
  });
}
