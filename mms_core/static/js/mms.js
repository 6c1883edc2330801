/* Enhancement only: every page does its work without this file. */
(() => {
  const counters = (root) => root.querySelectorAll("[data-counter]").forEach((note) => {
    const field = document.getElementById(note.dataset.counter);
    if (!field || note.dataset.ready) return;
    note.dataset.ready = "yes";
    const tell = () => {
      const left = field.maxLength - field.value.length;
      note.textContent = note.dataset.text.replace("{left}", left);
      note.classList.toggle("is-near", left < field.maxLength / 10);
    };
    field.addEventListener("input", tell);
    tell();
  });
  const printers = (root) => root.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  const start = (root) => { counters(root); printers(root); };
  document.addEventListener("DOMContentLoaded", () => start(document));
  document.addEventListener("htmx:after:swap", () => start(document));
  // A second tap on a slow line: the server's idempotency key decides, the button only calms.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 5000);
  });
  // The open menu lies over the page: it closes when the focus leaves it, or on Escape.
  document.querySelectorAll(".mms-menu").forEach((menu) => {
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { menu.open = false; menu.querySelector("summary").focus(); }
    });
  });
  // A draft is kept while it is typed, and colleagues at the same case are named.
  const keepDraft = (state) => {
    const form = state.closest("form");
    let timer = 0, busy = false;
    const keep = async () => {
      if (busy) { timer = setTimeout(keep, 1000); return; }
      const typed = new FormData(form);
      ["files", "_key", "do"].forEach((name) => typed.delete(name));
      busy = true;
      try {
        const answer = await fetch(state.dataset.draft, { method: "POST", body: typed });
        if (answer.ok || answer.status === 409) state.innerHTML = await answer.text();
        const number = answer.ok && state.querySelector("[data-number]").dataset.number;
        if (number) form.elements.draft_version.value = number;
      } catch { /* the line is away: the next letter tries again */ }
      busy = false;
    };
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(keep, 1500); });
    form.addEventListener("submit", () => clearTimeout(timer));
  };
  const askWhoIsHere = (place) => setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(place.dataset.here);
      const words = answer.ok ? await answer.text() : place.innerHTML;
      if (words.trim() !== place.innerHTML.trim()) place.innerHTML = words;
    } catch { /* asked again in half a minute */ }
  }, 30000);
  document.querySelectorAll("[data-draft]").forEach(keepDraft);
  document.querySelectorAll("[data-here]").forEach(askWhoIsHere);
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  });
})();
