// Working on cases: a small form opens where the case stands. The server says what can be done; here is what
// fields, keys and clicks need. What is typed is kept in the tab until it is sent, through reloads, too.

const KEPT = "lineside-case:";
const words = document.getElementById("desk-words")?.dataset ?? {};
const sent = new WeakMap(); // of each form the texts that are on their way

/** What is typed of a case, wherever it stands, is of that case; of a new one, of the call or page that it comes from. */
function caseOf(name, element) {
  return name === "new" ? `new@${element.closest(".pop")?.dataset.leg ?? location.pathname}` : name;
}

function keyOf(field) {
  const [name, part] = field.dataset.typed.split(/:(?=[^:]*$)/);
  return `${KEPT}${caseOf(name, field)}:${part}`;
}

function keep(field) {
  const changed = field.tagName === "SELECT" ? !field.selectedOptions[0]?.defaultSelected : field.value !== field.defaultValue;
  try {
    if (changed) sessionStorage.setItem(keyOf(field), field.value);
    else sessionStorage.removeItem(keyOf(field));
  } catch {
    // storage is full or switched off: the text is still in the field
  }
}

function giveBack(place) {
  for (const field of place.querySelectorAll("[data-typed]")) {
    const kept = sessionStorage.getItem(keyOf(field));
    if (kept !== null && field !== document.activeElement) field.value = kept;
  }
}

function typed(form) {
  return [...form.querySelectorAll("[data-typed]")];
}

/** What was sent goes from the fields; what was typed since stays. Whether there is any. */
function tidy(form) {
  const was = sent.get(form) ?? new Map();
  for (const field of typed(form)) {
    sessionStorage.removeItem(keyOf(field));
    if (!field.matches('textarea, [name="subject"]')) continue;
    const text = was.get(field.dataset.typed) ?? field.value;
    if (field.value.startsWith(text)) field.value = field.value.slice(text.length);
    keep(field);
  }
  return typed(form).some((field) => field.matches("textarea, input") && field.value !== field.defaultValue);
}

/** A form is fetched when it is opened, and stays. */
function fetchForm(details) {
  if (details.open && !details.querySelector("form")) window.htmx.trigger(details, "opened");
}

/** What was typed before a reload, or before its case was gone for a while, is shown where its case stands. */
function openKept() {
  const kept = new Set();
  for (const name of Object.keys(sessionStorage)) {
    if (name.startsWith(KEPT)) kept.add(name.slice(KEPT.length, name.lastIndexOf(":")));
  }
  if (!kept.size) return;
  for (const details of document.querySelectorAll(".case-open:not([data-met])")) {
    details.dataset.met = "";
    if (kept.has(caseOf(details.dataset.case, details))) details.open = true;
  }
}

/** Whoever opened a form types next. */
function startTyping(details) {
  const waits = details.open && document.activeElement === details.querySelector("summary");
  if (waits) details.querySelector("[data-typed]")?.focus({ preventScroll: true });
}

function say(form, text) {
  const place = form.querySelector(".refused");
  const why = document.createElement("p");
  why.className = "field-error";
  why.textContent = text;
  place.replaceChildren(why);
}

document.addEventListener("toggle", ({ target }) => target.matches?.(".case-open") && fetchForm(target), true);

document.addEventListener("htmx:after:swap", ({ target }) => {
  if (!target.matches?.(".case-open")) return;
  giveBack(target);
  startTyping(target);
});

for (const event of ["input", "change"]) {
  document.addEventListener(event, ({ target }) => target.matches?.("[data-typed]") && keep(target));
}

// Enter in priority or due time is for them; a comment is sent by its button.
document.addEventListener("keydown", (event) => {
  const change = event.key === "Enter" && event.target.matches?.("input") && event.target.closest(".case-change");
  if (!change) return;
  event.preventDefault();
  change.querySelector("button").click();
});

// Two clicks in a row are one: what came under the pointer meanwhile was not meant.
document.addEventListener(
  "click",
  (event) => {
    if (event.detail < 2 || !event.target.closest?.(".case-form button")) return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

document.addEventListener("htmx:before:request", ({ target }) => {
  if (!target.matches?.(".case-form")) return;
  sent.set(target, new Map(typed(target).map((field) => [field.dataset.typed, field.value])));
});

document.addEventListener("htmx:after:request", ({ target, detail }) => {
  if (!target.matches?.(".case-form") || !detail.ctx.response?.raw?.ok) return;
  target.querySelector(".refused").replaceChildren();
  const left = tidy(target);
  const details = target.closest(".case-open");
  if (details.dataset.case !== "new" || left) return;
  target.reset();
  const inside = details.contains(document.activeElement);
  details.open = false;
  if (inside) details.querySelector("summary").focus({ preventScroll: true });
});

// The button that was pressed may be gone: whoever works with the keyboard stays in the form.
document.addEventListener("htmx:after:settle", ({ target }) => {
  if (!target.matches?.(".case-form") || document.activeElement !== document.body) return;
  target.querySelector("textarea").focus({ preventScroll: true });
});

// Nobody answered: what was typed stays, and it can be said again.
document.addEventListener("htmx:error", ({ target }) => {
  if (target.matches?.(".case-form")) say(target, words.notAnswered);
});

document.addEventListener("lineside:swapped", openKept);
openKept();
