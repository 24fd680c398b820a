// What ticks on the pages of supervisors, and what is said when the console does not answer.

import { SECOND_MS, duration } from "./time.js";

const page = document.querySelector("[data-now]");
const offset = page ? Number(page.dataset.now) - Date.now() : 0; // the server's clock counts

function tick() {
  const now = Date.now() + offset;
  for (const element of document.querySelectorAll(".tick[data-since]")) {
    const text = duration(now - Date.parse(element.dataset.since));
    if (element.textContent !== text) element.textContent = text;
  }
}

const stale = document.getElementById("call-stale");

function sayStale(on) {
  if (stale) stale.textContent = on ? stale.dataset.staleSays : "";
}

document.addEventListener("htmx:after:swap", tick);
document.addEventListener("htmx:after:request", () => sayStale(false));
document.addEventListener("htmx:error", () => sayStale(true));
setInterval(tick, SECOND_MS);
tick();
