// Handing over: what is typed is kept until it is said, and whom a rule proposes is put where one passes calls on.

const words = document.getElementById("desk-words")?.dataset ?? {};
const unsaid = new Set(); // reasons that the server has not got yet

function refused(form) {
  return document.querySelector(form.closest("[hx-target\\:inherited]")?.getAttribute("hx-target:inherited"));
}

/** What was said goes from the field; what was typed since stays, through reloads, too. */
function leaveWhatCame(field, said) {
  if (!field.value.startsWith(said)) return;
  const caret = field.selectionStart - said.length;
  field.value = field.value.slice(said.length);
  field.setSelectionRange(Math.max(0, caret), Math.max(0, caret));
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** What was typed in another tab stands here, too, unless somebody is typing here. */
function followTabs() {
  for (const handed of document.querySelectorAll("[data-handed]")) {
    const reason = document.getElementById(handed.id.replace("handed-", "hand-over-reason-"));
    const text = handed.textContent;
    if (!reason || reason === document.activeElement || reason.value !== reason.defaultValue) continue;
    if (text !== reason.value) reason.value = reason.defaultValue = text;
  }
}

document.addEventListener("htmx:after:request", ({ target, detail }) => {
  if (!detail.ctx.response?.raw?.ok) return;
  if (target.matches?.('[data-testid="hand-over-reason"]')) {
    unsaid.delete(target);
    refused(target)?.replaceChildren();
    target.defaultValue = detail.ctx.request?.body?.get?.("reason") ?? target.defaultValue;
    if (target.value === target.defaultValue) sessionStorage.removeItem(`lineside-capture:${target.id}`);
  } else if (target.matches?.(".packet-ways form")) {
    const said = detail.ctx.request?.body?.get?.("text") ?? "";
    for (const field of target.querySelectorAll("[data-survives]")) leaveWhatCame(field, said);
  }
});

// Nobody answered: what was typed stays, and it is said again when the console is back.
document.addEventListener("htmx:error", ({ target }) => {
  if (!target.closest?.(".packet-ways, .hand-over")) return;
  if (target.matches('[data-testid="hand-over-reason"]')) unsaid.add(target);
  const why = document.createElement("p");
  why.className = "field-error";
  why.textContent = words.notAnswered;
  refused(target)?.replaceChildren(why);
});

document.addEventListener("lineside:live", () => {
  if (document.body.dataset.live !== "connected") return;
  for (const reason of unsaid) {
    if (reason.isConnected) reason.dispatchEvent(new CustomEvent("lineside:again"));
    else unsaid.delete(reason);
  }
});

// Two clicks in a row are one: what came under the pointer meanwhile was not meant.
document.addEventListener(
  "click",
  (event) => {
    if (event.detail < 2 || !event.target.closest?.(".packet-ways button")) return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

/** The control with which calls are passed on opens, with whom a rule or a script names filled in; and why. */
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-use-target]");
  const panel = button?.closest(".pop").querySelector(".control-transfer");
  if (!panel) return;
  const field = panel.querySelector('[data-testid="transfer-target"]');
  panel.open = true;
  field.value = button.dataset.useTarget;
  for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
  field.focus({ preventScroll: true });
  explain(button.closest(".pop").querySelector('[data-testid="hand-over-reason"]'), button.dataset.useReason);
});

/** What the agent wrote themselves stays. */
function explain(reason, why) {
  if (!reason || !why || reason.value) return;
  reason.value = why;
  reason.dispatchEvent(new Event("input", { bubbles: true }));
  reason.closest("details").open = true;
}

document.addEventListener("lineside:swapped", followTabs);

// What was typed before a reload is in sight.
for (const reason of document.querySelectorAll('[data-testid="hand-over-reason"]')) {
  if (reason.value) reason.closest("details").open = true;
}
