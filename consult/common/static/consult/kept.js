// Keeps in this browser what is written into a form and not sent yet; offers it back after a reload
// or a crash; forgets it once the receipt is there. Nothing about the person is kept.

const KEPT = /^(block$|comment-\d+-(?!held|attachments)|answer-)/;
const form = document.querySelector("form[data-draft]");
const receipt = document.querySelector("script[data-sent]");
const place = (draft) => `consult-draft-${draft}`;

function load(draft) {
  try {
    return JSON.parse(localStorage.getItem(place(draft)));
  } catch {
    return null;
  }
}

function store(draft, value) {
  try {
    if (value) localStorage.setItem(place(draft), JSON.stringify(value));
    else localStorage.removeItem(place(draft));
  } catch {
    // A browser that keeps nothing, or is full: the form works as it is.
  }
}

const entries = () =>
  [...new FormData(form)].filter(([name, value]) => KEPT.test(name) && typeof value === "string");

function keep(sent = false) {
  store(form.dataset.draft, { at: Date.now(), sent, entries: entries() });
}

function offer(kept) {
  const note = form.querySelector("[data-kept]");
  const [back, away] = note.querySelectorAll("button");
  const format = { dateStyle: "long", timeStyle: "short" };
  const when = new Date(kept.at).toLocaleString(document.documentElement.lang, format);
  note.querySelector("[data-when]").textContent = when;
  note.hidden = false;
  // The server draws the form again with all of it: as many comments as there were.
  back.addEventListener("click", () => {
    for (const control of form.elements) {
      if (KEPT.test(control.name)) control.disabled = true;
    }
    for (const [name, value] of kept.entries) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
  });
  away.addEventListener("click", () => {
    store(form.dataset.draft, null);
    note.hidden = true;
  });
}

if (form) {
  const before = JSON.stringify(entries());
  const kept = load(form.dataset.draft);
  const text = kept?.entries.some(([name, value]) => /-(body|reason)$|^answer-/.test(name) && value);
  if ("fresh" in form.dataset && text && JSON.stringify(kept.entries) !== before) offer(kept);
  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, 300);
  });
  // From now on it is on its way: the receipt's page drops it.
  form.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    if (event.submitter?.value !== "kept") keep(true);
  });
}

if (receipt) {
  const draft = receipt.dataset.sent;
  if (load(draft)?.sent) store(draft, null);
}
