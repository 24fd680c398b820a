// Numbers to click, and the other controls of calls, on any page.

// Two clicks in a row are one: what came under the pointer meanwhile was not meant.
document.addEventListener(
  "click",
  (event) => {
    if (event.detail < 2 || !event.target.closest?.(".control button, .dial button, .found-call")) return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);
