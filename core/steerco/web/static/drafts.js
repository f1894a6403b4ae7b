// Keeps what is typed as a draft every half minute, so that an hour of minutes outlives the sign-in and the browser.
// Without it the button that saves a draft does the same.
"use strict";

const EVERY = 30000;
const form = document.querySelector("form[data-kept]");
const told = document.getElementById("kept");
const stop = new AbortController();

// Files go with the form itself, when it is sent.
function typed() {
  return new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
}

let kept = typed().toString();

async function keep() {
  const fields = typed();
  const now = fields.toString();
  if (now === kept || stop.signal.aborted) return;
  fields.set("step", "save");
  try {
    const answer = await fetch(form.action, { method: "POST", body: fields, redirect: "manual", signal: stop.signal });
    if (answer.type !== "opaqueredirect") return;
    kept = now;
    told.textContent = form.dataset.kept;
  } catch {
    // The server is away: the next time.
  }
}

if (form) {
  form.addEventListener("submit", () => stop.abort());
  setInterval(keep, EVERY);
}
