// The search box: its key (`keys.js`) goes there, arrows choose, Enter opens, Escape goes back to where one was. What is found
// is drawn by the server; here is only which of it is chosen. The focus stays in the box.

const form = document.getElementById("search");
const box = form.querySelector("input");
const panel = document.getElementById("search-found");

let cameFrom = null; // where the focus was before

const options = () => [...panel.querySelectorAll('[role="option"]')];
const chosen = () => panel.querySelector('[aria-selected="true"]');

function show(open) {
  panel.hidden = !open;
  box.setAttribute("aria-expanded", String(open));
  if (!open) choose(null);
}

function open() {
  show(true);
  const [best = null] = options();
  choose(best?.matches(".found-one") ? best : null); // Enter opens the best; whom to call is chosen first
}

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) box.setAttribute("aria-activedescendant", option.id);
  else box.removeAttribute("aria-activedescendant");
}

function move(step) {
  const all = options();
  if (!all.length) return;
  if (panel.hidden) show(true);
  const at = all.indexOf(chosen());
  choose(all.at(at < 0 && step < 0 ? -1 : (at + step) % all.length));
}

/** What is listed is what was found for the text that stands in the box now. */
function upToDate() {
  return panel.querySelector(".found")?.dataset.query === box.value.trim();
}

function leave() {
  show(false);
  box.blur();
  if (cameFrom?.isConnected) cameFrom.focus({ preventScroll: true });
  cameFrom = null;
}

const KEYS = {
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Escape: leave,
};

box.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "Enter" && !panel.hidden && chosen() && upToDate()) {
    event.preventDefault();
    if (!event.repeat) chosen().click(); // who leans on the key calls once
  } else if (KEYS[event.key]) {
    event.preventDefault();
    KEYS[event.key]();
  }
});

box.addEventListener("input", () => {
  if (!box.value.trim()) show(false);
});

// results never take the focus; who went on to the notes does not see them any more
box.addEventListener("htmx:after:swap", () => {
  if (document.activeElement === box && panel.childElementCount && box.value.trim()) open();
  else show(false);
});

box.addEventListener("focus", ({ relatedTarget }) => {
  cameFrom = relatedTarget;
  box.select();
  if (upToDate()) open();
});

// a press on a result must not take the focus away before the click
panel.addEventListener("pointerdown", (event) => event.preventDefault());
panel.addEventListener("pointermove", ({ target }) => {
  const option = target.closest('[role="option"]');
  if (option && option !== chosen()) choose(option);
});

form.addEventListener("focusout", ({ relatedTarget }) => {
  if (!form.contains(relatedTarget)) show(false);
});

function failed(why) {
  const line = document.createElement("p");
  line.className = "found-hint";
  line.setAttribute("role", "alert");
  line.textContent = why;
  return line;
}

box.addEventListener("htmx:error", () => {
  panel.replaceChildren(failed(form.dataset.failed));
  show(document.activeElement === box);
});

// of a call that was asked for here
panel.addEventListener("htmx:error", () => {
  document.getElementById("found-said")?.replaceChildren(failed(form.dataset.notAnswered));
});
