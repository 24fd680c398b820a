// Light, dark or as the system: kept per browser. Loaded in the head and run at once, so that no page flashes.
(() => {
  const KEY = "lineside-theme";
  const NEXT = { system: "light", light: "dark", dark: "system" };
  const root = document.documentElement;

  function stored() {
    try {
      const theme = localStorage.getItem(KEY);
      return theme in NEXT ? theme : "system";
    } catch {
      return "system"; // storage is switched off: the theme lasts as long as the page
    }
  }

  function show(theme) {
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.textContent = button.getAttribute(`data-text-${theme}`);
    }
  }

  let theme = stored();
  show(theme);
  document.addEventListener("DOMContentLoaded", () => show(theme));
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-theme-toggle]")) return;
    theme = NEXT[theme];
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // see above
    }
    show(theme);
  });
  // another tab of this browser was switched
  addEventListener("storage", (event) => {
    if (event.key === KEY) show((theme = stored()));
  });
})();
