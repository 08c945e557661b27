// Maps: paints bytes that it is given, and draws contours, paths and the start over them.
"use strict";
window.atlas ??= {};
{
const $ = (query, from = document) => from.querySelector(query);
const all = (query, from = document) => [...from.querySelectorAll(query)];
const RAMP = ["#0B111B", "#13243A", "#22425F", "#3F6A85", "#6C919F", "#A3B7B5"].map(c => [1, 3, 5].map(i => parseInt(c.slice(i, i + 2), 16)));
const shade = Array.from({ length: 256 }, (_, level) => {
  const at = level / 255 * (RAMP.length - 1), low = Math.min(Math.floor(at), RAMP.length - 2), share = at - low;
  return RAMP[low].map((c, i) => c + share * (RAMP[low + 1][i] - c));
});
const bytes = given => typeof given !== "string" ? given : Uint8Array.from(atob(given), c => c.charCodeAt(0));

atlas.Maps = class Maps {
  constructor(query, asker, keep) {
    Object.assign(this, { query, keep, faces: {}, walks: {}, due: {}, resting: 0, timer: 0, run: 0 });
    this.askMountain = asker("/explore/mountain.json", found => { if (!found.error) { this.truth = found; this.draw(); } });
    this.asks = {};
    this.turns = {};
    this.asker = asker;
  }
  get names() { return all(".panel").map(panel => panel.dataset.rule); }
  ask(rule, n, began) {
    // The fine map has a queue of its own, so that it never stands before a quick one, and is dropped if the hand has moved on.
    const fine = n > 81, queue = rule + (fine ? " fine" : "");
    this.turns[rule] ??= 0;
    if (!fine) this.turns[rule]++;
    this.asks[queue] ??= this.asker("/explore/surface.json", (found, [of, start, turn]) => {
      if (found.n > 81 && turn !== this.turns[of]) return;
      if (found.error) { this.caption(of, found.error); return; }
      this.faces[of] = this.paint(found); this.draw(of);
      if (start) requestAnimationFrame(() => window.atlas.latency.push([`map ${found.n}`, performance.now() - start]));
    });
    const query = this.query(); query.set("of", rule); query.set("n", n);
    this.asks[queue](query, [rule, began, this.turns[rule]]);
  }
  begin() {
    this.askMountain(this.query());
    for (const rule of this.names) this.ask(rule, 81);
    this.paths();
    for (const panel of all(".panel")) this.listen(panel);
  }
  listen(panel) {
    const map = $(".map", panel);
    let down = false;
    const stand = async event => {
      if (!this.truth) return;
      const box = map.getBoundingClientRect(), [u, v, side] = this.truth.window;
      const x = u + (event.clientX - box.left) / box.width * side, y = v + (1 - (event.clientY - box.top) / box.height) * side;
      const probs = await atlas.ask("/explore/standing.json", new URLSearchParams({ u: x, v: y }));
      if (probs.error) return;
      ["A", "B"].forEach((name, i) => { const s = $("#s-" + name); s.step = 0.0001; s.value = probs[i]; s.nextElementSibling.value = probs[i]; });
      this.changed($("#s-A"), down); this.keep();
    };
    map.addEventListener("pointerdown", event => { down = true; map.setPointerCapture(event.pointerId); stand(event); });
    map.addEventListener("pointermove", event => { if (down) stand(event); });
    map.addEventListener("pointerup", () => { down = false; });
  }
  changed(control, dragging = false) {
    const began = performance.now();
    if (control.dataset.start) {
      const a = $("#s-A"), b = $("#s-B"), other = control === a ? b : a;
      if (+a.value + +b.value > 0.9995) { other.value = Math.max(0.0005, 0.9995 - control.value); other.nextElementSibling.value = other.value; }
      this.askMountain(this.query());
    }
    const tables = control.dataset.map ? control.dataset.map.split(" ").map(key => key.split(".")[0]) : [];
    const own = tables.filter(t => this.names.includes(t));
    const touched = own.length ? this.names.filter(n => tables.includes(n)) : this.names;
    const still = control.dataset.map && ["training.learning_rate", "sampling.iterations"].includes(control.dataset.map);
    if (!still) for (const rule of touched) this.ask(rule, control.dataset.start || !own.length ? 41 : 81, began);
    for (const rule of touched) delete this.walks[rule];
    if (control.dataset.map === "sampling.iterations") { const s = $("#scrub"); s.max = control.value; s.value = control.value; $("#at").value = s.value; }
    this.draw();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => { this.paths(touched); if (!still) for (const rule of touched) this.ask(rule, 201); }, 800);
  }
  async paths(rules = this.names) {
    // A walk is dropped only if a newer one of the same rule is asked for.
    const turn = ++this.run, query = this.query();
    if ($("#strides").checked) query.set("strides", "1");
    for (const rule of rules) this.due[rule] = turn;
    for (const rule of rules) {
      if (this.due[rule] !== turn) continue;
      this.caption(rule, "walking ...");
      query.set("of", rule);
      const found = await atlas.ask("/explore/path.json", query);
      if (this.due[rule] !== turn) continue;
      if (found.error) this.caption(rule, found.error); else { this.walks[rule] = found; this.draw(rule); }
    }
  }
  seventh(rule) {
    for (const panel of all(".panel.also")) { delete this.faces[panel.dataset.rule]; panel.remove(); }
    if (!rule) return;
    const panel = $(".panel").cloneNode(true), label = $(`#seventh option[value=${rule}]`).textContent;
    panel.classList.add("also"); panel.dataset.rule = rule; panel.style.setProperty("--hue", `var(--rule-${rule})`);
    $("h3", panel).textContent = label; $("canvas", panel).setAttribute("aria-label", "Map of " + label);
    $("#panels").append(panel); this.listen(panel); this.ask(rule, 81); this.paths([rule]);
  }
  paint({ n, z, gate }) {
    const level = bytes(z), shut = bytes(gate), face = new OffscreenCanvas(n, n), pen = face.getContext("2d"), image = pen.createImageData(n, n);
    for (let row = 0; row < n; row++) for (let column = 0; column < n; column++) {
      const from = row * n + column, to = 4 * ((n - 1 - row) * n + column), colour = shade[level[from]];
      image.data[to] = colour[0]; image.data[to + 1] = colour[1]; image.data[to + 2] = colour[2]; image.data[to + 3] = 255;
    }
    pen.putImageData(image, 0, 0);
    return { face, n, shut };
  }
  caption(rule, text) { const panel = $(`.panel[data-rule="${rule}"]`); if (panel) $("figcaption", panel).textContent = text; }
  play(button) {
    const scrub = $("#scrub"), on = button.getAttribute("aria-pressed") !== "true";
    const rest = () => { clearInterval(this.timer); button.setAttribute("aria-pressed", "false"); button.textContent = "play"; };
    if (!on) return rest();
    button.setAttribute("aria-pressed", "true"); button.textContent = "pause";
    if (+scrub.value >= +scrub.max) scrub.value = 0;
    this.timer = setInterval(() => { scrub.value = +scrub.value + 1; $("#at").value = scrub.value; this.draw(); if (+scrub.value >= +scrub.max) rest(); }, 110);
  }
  draw(only) { for (const rule of only ? [only] : this.names) this.one(rule); }
  one(rule) {
    const panel = $(`.panel[data-rule="${rule}"]`), face = this.faces[rule];
    if (!panel || !this.truth) return;
    const canvas = $("canvas", panel), pen = canvas.getContext("2d"), size = canvas.width, [u, v, side] = this.truth.window;
    const at = ([x, y]) => [(x - u) / side * size, size - (y - v) / side * size];
    const hue = getComputedStyle(panel).getPropertyValue("--hue").trim();
    pen.clearRect(0, 0, size, size);
    if (face) { pen.imageSmoothingQuality = "high"; pen.drawImage(face.face, 0, 0, size, size); this.hatch(pen, face, size); }
    pen.lineWidth = 1; pen.strokeStyle = "#F0E9DC55";
    for (const line of this.truth.contours) this.line(pen, line.map(at));
    const walk = this.walks[rule], time = +$("#scrub").value;
    if (walk) {
      if ($("#ghosts").checked) { pen.lineWidth = 1.5; pen.globalAlpha = 0.28; pen.strokeStyle = hue; for (const ghost of walk.theta.slice(1)) this.line(pen, ghost.slice(0, time + 1).map(at)); pen.globalAlpha = 1; }
      const way = walk.theta[0].slice(0, time + 1).map(at);
      pen.lineWidth = 6; pen.strokeStyle = "#0A0E15"; this.line(pen, way);
      pen.lineWidth = 3.5; pen.strokeStyle = hue; this.line(pen, way);
      this.dot(pen, way.at(-1), 7, hue);
      const t = Math.min(time, walk.j[0].length - 1), p = walk.probs[t];
      const [x, y] = way.at(-1), off = x < 0 || y < 0 || x > size || y > size ? " (off this map)" : "";
      this.caption(rule, `batch ${t}${off}: expected reward ${walk.j[0][t].toFixed(3)}; A ${p[0].toFixed(2)}, B ${p[1].toFixed(2)}, C ${p[2].toFixed(2)}`);
    }
    this.dot(pen, at(this.truth.start), 7, "#FFFFFF");
  }
  hatch(pen, { n, shut }, size) {
    const step = size / n; pen.beginPath();
    for (let c = -size; c < size; c += 9) for (let x = Math.max(c, 0); x < Math.min(size, size + c); x += step) {
      const y = x - c, row = n - 1 - Math.floor(y / step), column = Math.floor(x / step);
      if (row >= 0 && column < n && shut[row * n + column] > 127) { pen.moveTo(x, y); pen.lineTo(Math.min(x + step, size), y + step); }
    }
    for (const [colour, width] of [["#0A0E1588", 3], ["#AEB4BFAA", 1.2]]) { pen.strokeStyle = colour; pen.lineWidth = width; pen.stroke(); }
  }
  line(pen, points) { pen.beginPath(); points.forEach(([x, y], i) => i ? pen.lineTo(x, y) : pen.moveTo(x, y)); pen.lineJoin = "round"; pen.stroke(); }
  dot(pen, [x, y], radius, colour) { pen.beginPath(); pen.arc(x, y, radius, 0, 7); pen.fillStyle = colour; pen.fill(); pen.lineWidth = 2; pen.strokeStyle = "#0A0E15"; pen.stroke(); }
}
}
