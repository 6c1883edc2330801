/* Enhancement only: rectangles are drawn over a picture; the lines in the field stay the truth. */
(() => {
  const place = document.querySelector("[data-paint]");
  if (!place || !window.PointerEvent) return;
  const field = document.getElementById(place.dataset.paint), sheet = place.querySelector("[data-sheet]");
  place.hidden = false;
  const percent = (part, whole) => Math.round(Math.min(Math.max(part / whole, 0), 1) * 1000) / 10;
  const read = () => field.value.split("\n").map((line) => (line.match(/[\d.]+/g) || []).map(Number)).filter((box) => box.length === 4);
  const put = (mark, [left, top, right, bottom]) => {
    Object.assign(mark.style, { left: `${left}%`, top: `${top}%`, width: `${right - left}%`, height: `${bottom - top}%` });
    return mark;
  };
  const made = (box) => { const mark = document.createElement("span"); sheet.append(put(mark, box)); return mark; };
  const show = () => { sheet.querySelectorAll("span").forEach((mark) => mark.remove()); read().forEach(made); };
  let from = null, drawn = null, box = [];
  const at = (event) => {
    const edge = sheet.getBoundingClientRect();
    return [percent(event.clientX - edge.left, edge.width), percent(event.clientY - edge.top, edge.height)];
  };
  sheet.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button) return;
    event.preventDefault();
    sheet.setPointerCapture(event.pointerId);
    from = at(event);
    drawn = made(box = [...from, ...from]);
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!from || !event.isPrimary) return;
    const to = at(event), [x, y] = [0, 1].map((i) => [from[i], to[i]].sort((a, b) => a - b));
    put(drawn, box = [x[0], y[0], x[1], y[1]]);
  });
  const end = (event) => {
    if (!from) return;
    from = null;
    const lines = field.value.trimEnd(), whole = box[2] - box[0] >= 0.5 && box[3] - box[1] >= 0.5;
    if (event.type === "pointerup" && whole) field.value = `${lines}${lines ? "\n" : ""}${box.join(" ")}`;
    show();
  };
  ["pointerup", "pointercancel"].forEach((kind) => sheet.addEventListener(kind, end));
  place.querySelector("[data-last]").addEventListener("click", () => {
    field.value = field.value.trimEnd().split("\n").slice(0, -1).join("\n");
    show();
  });
  field.addEventListener("input", show);
  show();
})();
