// The form asks only for what goes with what is chosen, and takes pasted scripts from a file, too.

const sections = [...document.querySelectorAll("[data-shown-with]")].map((section) => {
  const [menu, value] = section.dataset.shownWith.split(":");
  return { section, menu: document.getElementById(menu), value };
});

const show = () => {
  for (const { section, menu, value } of sections) section.hidden = menu.value !== value;
};

for (const { menu } of sections) menu.addEventListener("change", show);
addEventListener("pageshow", show); // whoever comes back by the browser's button finds what was chosen
show();

for (const file of document.querySelectorAll("input[type=file][data-into]")) {
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    if (chosen) document.getElementById(file.dataset.into).value = await chosen.text();
    file.value = ""; // the same file, mended, can be chosen again
  });
}
