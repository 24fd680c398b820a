// Who is calling, by the agent's word. The server draws what comes of it; here is what fields and clicks need.

const parts = document.getElementById("find-parts").content;
const words = document.getElementById("desk-words")?.dataset ?? {};
const NAMED = ["id", "for", "aria-describedby", "hx-post", "hx-target"];

// Each pop has the fields to find somebody, made when it comes; what its number allows is looked at each time.
function furnish() {
  for (const records of document.querySelectorAll(".pop-records")) {
    const find = records.querySelector(".find");
    if (!find.hasChildNodes()) fill(find, records.dataset);
    show(find, records);
  }
}

function fill(find, { dom, path }) {
  find.append(parts.cloneNode(true));
  for (const part of find.querySelectorAll("*")) {
    for (const name of NAMED.filter((each) => part.hasAttribute(each))) {
      part.setAttribute(name, part.getAttribute(name).replace("POP", dom).replace("PATH", path));
    }
  }
  window.htmx.process(find);
}

function show(find, records) {
  const { number } = records.dataset;
  const pop = records.closest(".pop");
  const withheld = pop.querySelector(".pop-match").dataset.match === "withheld";
  const holds = [
    pop.dataset.direction === "outbound" ? "outbound" : "called",
    ...(number ? ["number"] : ["call-only", withheld ? "withheld" : "none"]),
  ];
  for (const part of find.querySelectorAll("[data-if]")) part.hidden = !holds.includes(part.dataset.if);
  find.querySelector("[readonly]").setAttribute("value", number ?? "");
}

furnish();
document.addEventListener("lineside:swapped", furnish);

// Two clicks in a row are one: what came under the pointer meanwhile was not meant.
document.addEventListener(
  "click",
  (event) => {
    if (event.detail < 2 || !event.target.closest?.(".learning, .pop-known, .find-found")) return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

// Nobody answered: what was typed stays, and it can be said again.
document.addEventListener("htmx:error", ({ target, detail }) => {
  if (!target.closest?.(".pop-records") || !detail.ctx?.target) return;
  const why = document.createElement("p");
  why.className = "field-error";
  why.setAttribute("role", "alert");
  why.textContent = words.notAnswered;
  detail.ctx.target.replaceChildren(why);
});

// After somebody was found, or made, the fields are empty again, for when it was the wrong one, and what was
// refused before is no news any more. What was typed stays when the server refused it.
document.addEventListener("htmx:after:request", ({ target, detail }) => {
  if (!target.matches?.(".pop-records form") || !detail.ctx.response?.raw?.ok) return;
  for (const refused of target.closest(".pop-records").querySelectorAll(".refused")) refused.replaceChildren();
  const find = target.closest(".find");
  if (!find) return;
  find.querySelector(".find-form").reset();
  find.querySelector('[type="search"]').value = "";
  find.querySelector(".find-found").replaceChildren();
  find.querySelector("details").open = false;
  if (find.contains(document.activeElement)) document.activeElement.blur(); // it is hidden now
});
