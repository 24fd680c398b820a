// Call control: what its panel, keys and clicks need. The phone system says what came of it, over `/live`.

const ASKED = "lineside-asked:";

function panelOf(element) {
  return element.closest?.(".control-transfer");
}

function close(panel, { focus } = {}) {
  panel.open = false;
  if (focus) panel.querySelector("summary").focus({ preventScroll: true });
}

// Opened by the agent: they type next. The list says who is free at this moment.
document.addEventListener(
  "toggle",
  ({ target }) => {
    if (!target.matches?.(".control-transfer") || !target.open) return;
    const field = target.querySelector('[data-testid="transfer-target"]');
    if (target.contains(document.activeElement)) field.focus({ preventScroll: true });
    window.htmx.trigger(field, "listed");
  },
  true,
);

document.addEventListener("click", ({ target }) => {
  const chosen = target.closest?.("[data-fill]");
  const named = target.closest?.("[data-use-target]")?.closest(".pop"); // opens its panel: see packet.js
  const panel = panelOf(target) ?? named?.querySelector(".control-transfer");
  if (chosen && panel) {
    const field = panel.querySelector('[data-testid="transfer-target"]');
    field.value = chosen.dataset.fill;
    for (const each of panel.querySelectorAll("[data-fill]")) each.removeAttribute("aria-current");
    chosen.setAttribute("aria-current", "true");
    panel.querySelector(".control-do button").focus({ preventScroll: true });
  }
  target.closest?.(".control-refused")?.replaceChildren();
  for (const each of document.querySelectorAll(".control-transfer[open]")) {
    if (each !== panel) close(each);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const panel = panelOf(event.target);
  if (panel?.open) {
    close(panel, { focus: true });
    event.stopPropagation();
  }
  for (const each of document.querySelectorAll(".control-refused")) each.replaceChildren();
});

/** Whom the agent asks is none of us, perhaps: then nobody tells that they are being asked. The browser keeps it, for
    the agent's other tabs and for when this one was closed. */
function remember(pop, asked) {
  try {
    if (asked) localStorage.setItem(ASKED + pop.dataset.leg, "yes");
    else localStorage.removeItem(ASKED + pop.dataset.leg);
  } catch {
    // storage is full or switched off: it is known until the page is reloaded
  }
  mark(pop, asked);
}

function mark(pop, asked) {
  if (asked) pop.dataset.asked = "yes";
  else delete pop.dataset.asked;
}

function recall() {
  for (const pop of document.querySelectorAll(".pop")) {
    if (!localStorage.getItem(ASKED + pop.dataset.leg)) continue;
    if (pop.dataset.state === "answered") mark(pop, true);
    else localStorage.removeItem(ASKED + pop.dataset.leg); // the call is over
  }
}

addEventListener("storage", ({ key, newValue }) => {
  if (!key?.startsWith(ASKED)) return;
  const pop = document.querySelector(`.pop[data-leg="${CSS.escape(key.slice(ASKED.length))}"]`);
  if (pop) mark(pop, newValue !== null);
});

document.addEventListener("htmx:after:request", ({ target, detail }) => {
  const pop = target.closest?.(".pop");
  if (!target.closest?.(".control") || !pop || !detail.ctx.response?.raw?.ok) return;
  const path = detail.ctx.request?.action ?? "";
  if (path.includes("/desk/targets")) return;
  for (const refused of target.closest(".control").querySelectorAll(".refused")) refused.replaceChildren();
  const panel = panelOf(target);
  if (panel) {
    remember(pop, detail.ctx.request?.body?.get?.("asks") === "1");
    panel.querySelector("form").reset();
    close(panel, { focus: panel.contains(document.activeElement) });
  } else if (/\/transfer\/(complete|cancel)$/.test(path)) {
    remember(pop, false);
  }
});

document.addEventListener("lineside:swapped", recall);
recall();
