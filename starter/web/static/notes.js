// A draft is saved while one types; what the server refuses is said beside the note, and nothing typed is lost.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("note");
  const saved = document.getElementById("saved");
  const pause = 1500;
  let waiting = null;
  let saving = false;
  let changed = false;
  let pressed = null;

  const save = async () => {
    if (saving || form.dataset.sent) { return; }
    saving = true;
    changed = false;
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: new FormData(form) });
      const told = await answer.json();
      if (answer.ok) {
        form.elements.seen.value = told.edition;
        saved.textContent = `Saved at ${told.saved}`;
      } else {
        saved.textContent = `Not saved: ${told.refused}`;
      }
    } catch {
      saved.textContent = "Not saved: no answer. What you typed is still here.";
    }
    saving = false;
    if (pressed) { form.requestSubmit(pressed); } else if (changed) { plan(); }
  };

  const plan = () => {
    changed = true;
    clearTimeout(waiting);
    waiting = setTimeout(save, pause);
  };

  form.addEventListener("input", (event) => { if (event.target.id !== "into") { plan(); } });
  // A button pressed while a draft is on its way waits for it: the form then names the edition just saved.
  form.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    if (!saving) { return; }
    event.preventDefault();
    event.stopPropagation();
    pressed = event.submitter;
  });
});
