/* Enhancement of the forms that citizens fill: words kept in the browser, the phone's place, and
   what is there already. Every form does its work without this file. */
(() => {
  const KEPT = 14 * 24 * 3600 * 1000;
  const form = document.querySelector("form#give-idea");
  const name = () => `mms-typed:${location.pathname}`;
  const fields = () => [...form.querySelectorAll("input[type=text]:not([autocomplete=name]), textarea")];
  const restore = () => {
    const kept = JSON.parse(localStorage.getItem(name()) || "null");
    if (!kept || Date.now() - kept.at > KEPT) { localStorage.removeItem(name()); return; }
    fields().forEach((field) => { if (!field.value && kept.words[field.name]) field.value = kept.words[field.name]; });
  };
  const keep = () => {
    const words = Object.fromEntries(fields().map((field) => [field.name, field.value]));
    localStorage.setItem(name(), JSON.stringify({ at: Date.now(), words }));
  };
  if (form) {
    try { restore(); form.addEventListener("input", keep); } catch { /* no storage: the server keeps it */ }
  }
  // Once the server has it, or it was sent, the browser forgets it.
  if (document.querySelector("[data-forget]")) {
    Object.keys(localStorage).filter((key) => key.startsWith("mms-typed:")).forEach((key) => localStorage.removeItem(key));
  }

  const alike = document.querySelector("[data-alike]");
  if (form && alike) {
    let timer, asked = "";
    const ask = async () => {
      const body = new FormData(form);
      body.delete("_key");
      if (asked === body.get("title")) return;
      asked = body.get("title");
      try {
        const answer = await fetch(alike.dataset.alike, { method: "POST", body });
        if (answer.ok) alike.innerHTML = await answer.text();
      } catch { /* the step after this one shows them */ }
    };
    form.querySelector("[name=title]").addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 700); });
  }

  const locate = document.querySelector("[data-locate]");
  if (locate && navigator.geolocation) {
    const told = document.querySelector("[data-located]");
    const round = (degrees) => degrees.toFixed(3); // about 100 m: enough for a place, too little for a door
    locate.hidden = false;
    locate.addEventListener("click", () => navigator.geolocation.getCurrentPosition((position) => {
      const [lat, lon] = [round(position.coords.latitude), round(position.coords.longitude)];
      locate.form.elements.lat.value = lat;
      locate.form.elements.lon.value = lon;
      told.textContent = locate.dataset.locate.replace("{place}", `${lat}, ${lon}`);
    }, () => { told.textContent = locate.dataset.refused; }, { timeout: 15000, maximumAge: 60000 }));
  }
})();
