// A little comfort; every page works without it.
"use strict";

// A form is sent once: the second click does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method.toLowerCase() === "post") { form.dataset.sent = "yes"; }
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
});

// One open menu at a time; Escape closes it.
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.who[open], details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) { menu.open = false; }
  });
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    document.querySelectorAll("details.who[open], details.menu[open]").forEach((menu) => { menu.open = false; });
  }
});

// The first wrong field has the cursor.
document.addEventListener("DOMContentLoaded", () => {
  const wrong = document.querySelector("[aria-invalid=true]");
  if (wrong) { wrong.focus(); }
});
