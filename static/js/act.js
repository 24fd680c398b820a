// What ticks on the pages of supervisors, and what is said when the console does not answer.

const SECOND_MS = 1000;
const page = document.querySelector("[data-now]");
const offset = page ? Number(page.dataset.now) - Date.now() : 0; // the server's clock counts

function two(number) {
  return String(number).padStart(2, "0");
}

function lasted(ms) {
  const s = Math.max(0, Math.floor(ms / SECOND_MS));
  const minutes = `${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  return s >= 3600 ? `${Math.floor(s / 3600)}:${minutes}` : minutes;
}

function tick() {
  const now = Date.now() + offset;
  for (const element of document.querySelectorAll(".tick[data-since]")) {
    const text = lasted(now - Date.parse(element.dataset.since));
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
