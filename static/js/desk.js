// What ticks on the desk, and what the tab says of it when another one is in front.

const SECOND_MS = 1000;
const RESTS_MS = 3000;
const ICONS = { ringing: "ringing", answered: "oncall", none: "quiet" };

let typed = 0;

const page = document.querySelector("[data-now]");
// The server's clock counts: an agent's computer may be minutes off.
const offset = page ? Number(page.dataset.now) - Date.now() : 0;

function two(number) {
  return String(number).padStart(2, "0");
}

/** Milliseconds as `07:05` or `1:07:05`. */
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / SECOND_MS));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = `${two(minutes)}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

function tick() {
  makeRoom();
  const now = Date.now() + offset;
  for (const element of document.querySelectorAll("[data-since]")) {
    const text = duration(now - Date.parse(element.dataset.since));
    if (element.textContent !== text) element.textContent = text;
  }
}

function sayInTab() {
  const words = document.getElementById("desk-words");
  if (!words) return;
  const pop =
    document.querySelector('.pop[data-state="ringing"]') ?? document.querySelector('.pop[data-state="answered"]');
  const state = pop?.dataset.state ?? "none";
  const name = pop?.querySelector(".pop-name").textContent.trim() ?? "";
  const title = pop ? words.dataset[state === "ringing" ? "titleRinging" : "titleAnswered"] : words.dataset.title;
  document.title = title.replace("{name}", () => name);
  const icon = document.querySelector('link[rel="icon"]');
  const href = icon.dataset[ICONS[state]];
  if (icon.getAttribute("href") !== href) icon.setAttribute("href", href);
}

/** A pop that would be folded away while the agent writes in it stays open, where it is, until they hide it. */
function keepWhatIsWritten() {
  const box = document.activeElement?.closest?.(".pop")?.querySelector(".pop-toggle input");
  if (!box || box.checked || getComputedStyle(box.parentElement).display === "none") return;
  box.checked = true;
  box.dataset.kept = "";
  typed = Date.now();
}

/** Nothing moves under typing hands; when they rest, the pop that is kept open takes less room. */
function makeRoom() {
  if (Date.now() - typed < RESTS_MS) return;
  for (const box of document.querySelectorAll('[data-kept=""]')) box.dataset.kept = "idle";
}

function refresh() {
  keepWhatIsWritten();
  tick();
  sayInTab();
}

document.addEventListener("change", ({ target }) => {
  if (target.closest?.(".pop-toggle")) delete target.dataset.kept;
});
// a row leads to its pop, also to one that is folded
document.addEventListener("click", ({ target }) => {
  const row = target.closest?.(".row");
  const box = row && document.querySelector(row.getAttribute("href"))?.querySelector(".pop-toggle input");
  if (box) box.checked = true;
});

document.addEventListener("input", () => {
  typed = Date.now();
});

refresh();
setInterval(tick, SECOND_MS);
document.addEventListener("visibilitychange", tick); // browsers slow the clocks of hidden tabs
document.addEventListener("lineside:swapped", refresh);
