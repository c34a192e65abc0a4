// The desk's keys, and covering what is selected. All words come from the page.

const STORED = "moderation-keys";
const WRITING = "input:not([type=checkbox], [type=radio]), textarea, select, dialog, [contenteditable]";

const desk = document.querySelector("[data-desk]");
const own = desk?.querySelector("[data-own]");
const reason = desk?.querySelector("[data-reason]");
const keysOn = desk?.querySelector("[data-keys-on]");
let sent = false;

// Where the browser keeps nothing, the keys are on.
function stored() {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true;
  }
}

function store(on) {
  try {
    localStorage.setItem(STORED, on ? "on" : "off");
  } catch {
    // It holds for this page then.
  }
}

function name() {
  for (const control of desk.querySelectorAll("[data-key]")) {
    if (keysOn.checked) control.setAttribute("aria-keyshortcuts", control.dataset.key);
    else control.removeAttribute("aria-keyshortcuts");
  }
}

function press(event) {
  if (!keysOn.checked || event.defaultPrevented || event.repeat) return;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest(WRITING)) return;
  const key = event.key.toLowerCase();
  if (reason && /^[1-9]$/.test(key) && reason.options[key]) {
    reason.selectedIndex = Number(key);
    reason.scrollIntoView({ block: "nearest" });
    event.preventDefault();
    return;
  }
  const control = desk.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!control) return;
  event.preventDefault();
  // A decision that needs a reason, and has none yet, leads to the reasons.
  if (control.matches("[data-needs-reason]") && !reason.value) reason.focus();
  else if (control.matches("textarea, select")) control.focus();
  else control.click();
}

// The words selected in the comment, each line for itself as the field wants them.
function coverSelection() {
  const selection = getSelection();
  const within = (node) => node && (node.closest ? node : node.parentElement)?.closest("[data-coverable]");
  if (!within(selection.anchorNode) || !within(selection.focusNode)) return;
  const lines = selection.toString().split(/\n+/).map((line) => line.trim()).filter(Boolean);
  own.value = [...own.value.split("\n").filter(Boolean), ...lines].join("\n");
  own.closest("details")?.setAttribute("open", "");
}

function once(event) {
  // A second press while the answer is on its way would decide twice.
  if (sent) event.preventDefault();
  sent = true;
}

if (desk) {
  for (const hidden of desk.querySelectorAll("[data-script]")) hidden.hidden = false;
  keysOn.checked = stored();
  keysOn.addEventListener("change", () => {
    store(keysOn.checked);
    name();
  });
  name();
  document.addEventListener("keydown", press);
  for (const form of desk.querySelectorAll("form")) form.addEventListener("submit", once);
  // Back from the next page, the form may be sent again.
  addEventListener("pageshow", () => (sent = false));
  const cover = desk.querySelector("[data-cover-selection]");
  cover?.addEventListener("mousedown", (event) => event.preventDefault());
  cover?.addEventListener("click", coverSelection);
}
