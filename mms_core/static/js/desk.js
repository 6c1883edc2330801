/* Keys for the desk, and pages of running work that look again by themselves. All is enhancement:
   each thing that a key does has a link or a button too. */
(() => {
  const OFF = "mms-keys-off"; // keys can be switched off, for people who speak to their computer
  const rows = () => [...document.querySelectorAll("[data-cases] tbody tr")];
  const typing = (at) => at.isContentEditable || /^(input|textarea|select)$/i.test(at.tagName) && at.type !== "checkbox";
  const link = (row) => row && row.querySelector("th a");
  const here = () => rows().findIndex((row) => row.contains(document.activeElement));
  const go = (step) => {
    const all = rows();
    const at = Math.min(Math.max(here() + step, 0), all.length - 1);
    all.forEach((row, place) => row.toggleAttribute("data-at", place === at));
    const target = link(all[at]);
    if (target) { target.focus(); target.scrollIntoView({ block: "nearest" }); }
  };
  const open = (hash) => {
    const target = link(rows()[here()]);
    if (target) window.location.assign(target.href + hash);
  };
  const answer = () => {
    const form = document.getElementById("form-step");
    if (!form) { open("#form-step"); return; }
    form.scrollIntoView();
    const first = form.querySelector("input[type=radio]:checked, input[type=radio], textarea");
    if (first) first.focus();
  };
  const search = () => {
    const field = document.getElementById("field-q");
    if (field) field.focus();
    else window.location.assign(document.querySelector("[data-keys]").dataset.inbox);
  };
  const tick = () => {
    const row = rows()[here()];
    const box = row && row.querySelector("input[type=checkbox]");
    if (box) box.checked = !box.checked;
  };
  const help = () => {
    const box = document.querySelector("[data-keys]");
    box.open = !box.open;
    if (box.open) { box.scrollIntoView({ block: "nearest" }); box.querySelector("summary").focus(); }
  };
  // By the place on the keyboard, so that the Georgian layout works too.
  const WORK = { KeyJ: () => go(1), KeyK: () => go(-1), KeyO: () => open(""), KeyA: answer, KeyX: tick };
  const pressed = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (localStorage.getItem(OFF)) return;
    const asks = event.key === "?" || (event.code === "Slash" && event.shiftKey);
    const work = asks ? help : event.shiftKey ? null
      : event.key === "/" || event.code === "Slash" ? search : WORK[event.code];
    if (!work) return;
    event.preventDefault();
    work();
  };
  const keys = document.querySelector("[data-keys]");
  if (keys) {
    keys.hidden = false;
    document.addEventListener("keydown", pressed);
    const box = keys.querySelector("input");
    box.checked = !localStorage.getItem(OFF);
    box.addEventListener("change", () => {
      if (box.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "yes");
    });
  }
  const running = document.querySelector("[data-refresh]");
  if (running) setTimeout(() => window.location.reload(), 1000 * running.dataset.refresh);
})();
