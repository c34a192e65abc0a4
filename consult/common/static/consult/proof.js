// Solves the form's challenge (ALTCHA): finds the number whose digest was given, by trying.

const proof = document.querySelector(".proof");
const encoder = new TextEncoder();
// Digests asked for at once: enough to be quick, few enough to let the page breathe.
const BATCH = 500;

async function digest(text) {
  const bytes = await crypto.subtle.digest("SHA-256", encoder.encode(text));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function solve({ algorithm, challenge, salt, maxNumber, signature }) {
  for (let first = 0; first <= maxNumber; first += BATCH) {
    const numbers = Array.from({ length: BATCH }, (_, i) => first + i);
    const digests = await Promise.all(numbers.map((number) => digest(salt + number)));
    const found = digests.indexOf(challenge);
    if (found >= 0) {
      const number = first + found;
      return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
    }
  }
  return "";
}

// Only a secure page may compute digests; elsewhere the question stays.
if (proof && globalThis.crypto?.subtle) {
  const [question, working, done] = ["question", "working", "done"].map((part) =>
    proof.querySelector(`[data-${part}]`),
  );
  working.hidden = false;
  solve(JSON.parse(proof.dataset.challenge))
    .then((payload) => {
      proof.querySelector("[name=altcha]").value = payload;
      question.hidden = Boolean(payload);
      done.hidden = !payload;
    })
    .finally(() => {
      working.hidden = true;
    });
}
