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
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  });
})();
