// Light, dark or as the system; roomy or compact: kept per browser. Loaded in the head and run at once, so that
// no page flashes.
(() => {
  const CHOICES = {
    theme: { system: "light", light: "dark", dark: "system" },
    density: { roomy: "compact", compact: "roomy" },
  };
  const root = document.documentElement;
  const now = {};

  function stored(what) {
    const usual = Object.keys(CHOICES[what])[0];
    try {
      const value = localStorage.getItem(`lineside-${what}`);
      return value in CHOICES[what] ? value : usual;
    } catch {
      return usual; // storage is switched off: what is chosen lasts as long as the page
    }
  }

  function show(what, value) {
    now[what] = value;
    if (value === Object.keys(CHOICES[what])[0]) delete root.dataset[what];
    else root.dataset[what] = value;
    for (const button of document.querySelectorAll(`[data-toggle="${what}"]`)) {
      button.textContent = button.getAttribute(`data-text-${value}`);
    }
  }

  for (const what of Object.keys(CHOICES)) show(what, stored(what));
  document.addEventListener("DOMContentLoaded", () => {
    for (const [what, value] of Object.entries(now)) show(what, value);
  });
  document.addEventListener("click", ({ target }) => {
    const what = target.closest?.("[data-toggle]")?.dataset.toggle;
    if (!what) return;
    const value = CHOICES[what][now[what]];
    try {
      localStorage.setItem(`lineside-${what}`, value);
    } catch {
      // see above
    }
    show(what, value);
  });
  // another tab of this browser was switched
  addEventListener("storage", ({ key }) => {
    const what = key?.replace("lineside-", "");
    if (what in CHOICES) show(what, stored(what));
  });
})();
