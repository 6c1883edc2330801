/* A point is chosen on a map; the two numbers in the form stay the truth. */
(() => {
  const place = document.querySelector("[data-map]");
  if (!place || !window.L) return;
  const form = place.closest("form"), { lat, lon } = form.elements;
  const told = place.dataset, typed = () => [Number(lat.value.replace(",", ".")), Number(lon.value.replace(",", "."))];
  place.hidden = false;
  const map = L.map(place, { attributionControl: false, zoomControl: false });
  L.control.zoom({ zoomInTitle: told.in, zoomOutTitle: told.out }).addTo(map);
  L.tileLayer(told.tiles, { maxZoom: 19, referrerPolicy: "strict-origin" }).addTo(map);
  map.setView([told.lat, told.lon], Number(told.zoom));
  let mark = null;
  const show = ([y, x]) => {
    if (!y || !x) return;
    mark = mark || L.circleMarker([y, x], { radius: 11, weight: 4 }).addTo(map);
    mark.setLatLng([y, x]);
  };
  const take = (point) => {
    lat.value = point.lat.toFixed(3); // about 100 m: enough for a place, too little for a door
    lon.value = point.lng.toFixed(3);
    show(typed());
  };
  map.on("click", (event) => take(event.latlng));
  const middle = document.querySelector("[data-middle]");
  middle.hidden = false;
  middle.addEventListener("click", () => take(map.getCenter()));
  [lat, lon].forEach((field) => field.addEventListener("change", () => { show(typed()); if (mark) map.panTo(mark.getLatLng()); }));
  if (lat.value && lon.value) show(typed());
})();
