// The work list. Rows are drawn once for everybody; whose they are, and how long ago it was, is said here.

const SECOND_MS = 1000;
const LOOK_MS = 15 * SECOND_MS;
const work = document.getElementById("work");
const page = document.querySelector("[data-now]");
const offset = page ? Number(page.dataset.now) - Date.now() : 0; // the server's clock counts
const queues = new Set(work.dataset.queues.split("\n").filter(Boolean));
const spoken = new Intl.RelativeTimeFormat(document.documentElement.lang.replace("_", "-"), { style: "narrow" });
const STEPS = [
  ["day", 24 * 60 * 60 * SECOND_MS],
  ["hour", 60 * 60 * SECOND_MS],
  ["minute", 60 * SECOND_MS],
];

let last = null; // the row in which the focus was

/** What a colleague promised is theirs until it is overdue; of missed callers, those of the viewer's queues. */
function isForMe({ queue, owner, due, state }, now) {
  if (owner === work.dataset.me) return true;
  const overdue = now - Date.parse(due) >= Number(work.dataset.overdueS) * SECOND_MS;
  if (owner && !overdue && state === "open") return false;
  return Boolean(work.dataset.all) || !queue || !queues.size || queues.has(queue);
}

function ago(ms) {
  const [unit, length] = STEPS.find(([, each]) => ms >= each) ?? STEPS.at(-1);
  return spoken.format(-Math.floor(Math.max(0, ms) / length), unit);
}

function set(element, name, on) {
  if (on && element.dataset[name] !== "yes") element.dataset[name] = "yes";
  else if (!on) delete element.dataset[name];
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function count(name, rows) {
  const number = work.querySelector(`[data-testid="work-${name}"]`);
  say(number, String(rows.length));
  number.parentElement.dataset.zero = rows.length ? "no" : "yes";
}

function arrange() {
  const now = Date.now() + offset;
  const rows = [...work.querySelectorAll(".work-row")];
  for (const row of rows) {
    row.hidden = !isForMe(row.dataset, now);
    set(row, "mine", row.dataset.holder === work.dataset.me);
    set(row, "own", row.dataset.owner === work.dataset.me);
  }
  for (const each of work.querySelectorAll("[data-ago]")) say(each, ago(now - Date.parse(each.dataset.ago)));
  const waiting = rows.filter((row) => !row.hidden && row.dataset.state !== "done");
  count("missed", waiting.filter((row) => row.dataset.kind === "missed"));
  count("due", waiting.filter((row) => row.dataset.kind === "callback"));
  count("cases", waiting.filter((row) => row.dataset.kind === "case"));
}

/** Whoever claimed with the keyboard goes on in the same row. */
function keepFocus() {
  if (!last || document.activeElement !== document.body) return;
  const row = document.getElementById(last) ?? document.getElementById("work-told"); // gone: taken over
  const next = [...(row?.querySelectorAll("button, summary, a") ?? [])].filter((each) => each.checkVisibility());
  (next.find((each) => each.matches("button, summary")) ?? next[0])?.focus();
}

work.addEventListener("focusin", ({ target }) => {
  last = target.closest(".work-row")?.id ?? null;
});
document.addEventListener("focusin", ({ target }) => {
  if (!work.contains(target)) last = null;
});
document.addEventListener("pointerdown", () => {
  last = null;
});

// Two clicks in a row are one: what came under the pointer meanwhile was not meant.
work.addEventListener(
  "click",
  (event) => {
    if (event.detail < 2) return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

// Nobody answered: it can be said again.
document.addEventListener("htmx:error", ({ target, detail }) => {
  if (!work.contains(target) || !detail.ctx?.target) return;
  const why = document.createElement("p");
  why.className = "field-error";
  why.textContent = work.dataset.notAnswered;
  detail.ctx.target.replaceChildren(why);
});

document.getElementById("work-told").addEventListener("htmx:after:swap", keepFocus);
document.addEventListener("lineside:swapped", () => {
  arrange();
  keepFocus();
});
setInterval(arrange, LOOK_MS);
document.addEventListener("visibilitychange", arrange);
arrange();
