// The explorer: reads the controls, asks for numbers (the server, or on an exported page static/js), and shows them. It computes nothing.
"use strict";
window.atlas ??= {};
{
const $ = (query, from = document) => from.querySelector(query);
const all = (query, from = document) => [...from.querySelectorAll(query)];
atlas.latency = [];
atlas.ask ??= async (path, query) => (await fetch(`${path}?${query}`)).json();
atlas.given ??= () => location.search;  // the state that the page was opened with,
atlas.mark ??= "?";                     // and where it stands in the address
if (atlas.mark === "?" && location.hash.includes("=")) location.replace(`?${location.hash.slice(1)}`);  // an exported page's link

// One question at a time for each part; while it is open only the newest next one is kept.
function asker(path, show) {
  let busy = false, next = null;
  return async function ask(query, extra) {
    if (busy) { next = [query, extra]; return; }
    busy = true;
    try { show(await atlas.ask(path, query), extra); } catch { show({ error: "The page's program does not answer. Is it still running?" }, extra); }
    busy = false;
    if (next) { const [q, e] = next; next = null; ask(q, e); }
  };
}

function groupQuery() {
  const query = new URLSearchParams();
  query.set("rule", $("input[name=rule]:checked").value);
  query.set("lib", $("input[name=lib]:checked").value);
  for (const name of ["r", "old", "new", "ref"]) query.set(name, all(`[data-row="${name}"]`).map(x => x.value).join(","));
  query.set("v", $("[data-one=v]").value);
  for (const knob of all("[data-knob]")) if (knob.value !== knob.dataset.base) query.set(knob.dataset.knob, knob.value);
  return query;
}
function mapQuery() {
  const query = new URLSearchParams();
  for (const knob of all("[data-map]"))
    if (+knob.value !== +knob.dataset.base) for (const key of knob.dataset.map.split(" ")) query.set(key, knob.value);
  const a = +$("#s-A").value, b = +$("#s-B").value, c = +(1 - a - b).toFixed(4);
  const start = `${a},${b},${c}`;
  if (start !== $("#panels").dataset.startBase) query.set("three_answers.start", start);
  return query;
}
function tokenQuery() {
  const query = new URLSearchParams();
  query.set("t.len", all("[data-tok=len]").map(x => x.value).join(","));
  query.set("t.ok", all("[data-tok=ok]").map(x => +x.checked).join(","));
  query.set("t.rho", all("[data-tok=rho]").map(x => x.value).join(","));
  query.set("t.avg", $("input[name='t.avg']:checked").value);
  return query;
}
function everything() {
  const query = new URLSearchParams();
  for (const part of [groupQuery(), mapQuery(), ...($("[data-tok]") ? [tokenQuery()] : [])]) for (const [k, v] of part) query.set(k, v);
  if ($("#strides").checked) query.set("strides", "1");
  if ($("#seventh").value) query.set("also", $("#seventh").value);
  return query;
}
const state = () => location.pathname + atlas.mark + everything().toString().replaceAll("%2C", ",");
let writing = 0;
function keep() {
  clearTimeout(writing);
  writing = setTimeout(() => { try { history.replaceState(null, "", state()); } catch { /* a frame without an origin of its own keeps no address */ } }, 120);
}

let shownRule = "";
const askGroup = asker("/explore/group.json", (found, began) => {
  $("#trouble").textContent = found.error || "";
  if (found.error) return;
  for (const [key, text] of Object.entries(found.texts)) for (const cell of all(`[data-out="${key}"]`)) cell.textContent = text;
  const clips = found.decides.length > 0;
  $("#group").classList.toggle("plain", !clips);
  all("#group tbody tr").forEach((row, i) => {
    row.classList.toggle("shut", found.silenced[i]);
    row.dataset.sign = found.signs[i];
    $(".m-unclipped", row).classList.toggle("lit", found.decides[i] === "unclipped" || found.decides[i] === "both");
    $(".m-clipped", row).classList.toggle("lit", found.decides[i] === "clipped" || found.decides[i] === "both");
    $("th", row).title = found.silenced[i] ? "silenced by the clip" : "";
  });
  $("#picture").innerHTML = found.picture;
  $("#told").textContent = found.told;
  for (const [name, has] of Object.entries(found.sources)) $(`input[name=lib][value=${name}]`).disabled = !has;
  const rule = $("input[name=rule]:checked").value + $("input[name=lib]:checked").value;
  if (rule !== shownRule) { if (shownRule) $("#knobs").innerHTML = found.knobs; shownRule = rule; }
  $("#explore").style.setProperty("--hue", `var(--rule-${$("input[name=rule]:checked").value})`);
  if (began) requestAnimationFrame(() => window.atlas.latency.push(["group", performance.now() - began]));
});
const group = () => { askGroup(groupQuery(), performance.now()); keep(); };

const askTokens = asker("/explore/tokens.json", (found, began) => {
  if (found.error) return;
  for (const [name, one] of Object.entries(found.rules)) {
    const block = $(`[data-tokens="${name}"]`);
    $(".tokens", block).innerHTML = one.push.map((row, i) => "<div>" + row.slice(0, found.lengths[i]).map(x => {
      const strong = Math.sqrt(Math.abs(x));
      const kind = one.shut[i] && x === 0 ? "shut" : x > 0 ? "up" : x < 0 ? "down" : "";
      return `<i class="${kind}" style="--s:${strong.toFixed(3)}"></i>`;
    }).join("") + "</div>").join("");
    $("figcaption", block).textContent = one.text.map((t, i) => `${i + 1}: ${one.shut[i] && +t === 0 ? "silenced" : t}`).join(" · ");
  }
  if (began) requestAnimationFrame(() => window.atlas.latency.push(["tokens", performance.now() - began]));
});
const tokens = () => { askTokens(tokenQuery(), performance.now()); keep(); };

function say(text) { $("#said").textContent = text; }
async function copy(text, done) {
  try { await navigator.clipboard.writeText(text); say(done); }
  catch { say("The browser does not let this page copy; here it is:"); $("#said").insertAdjacentHTML("beforeend", "<textarea readonly></textarea>"); $("#said textarea").value = text; }
}
const acts = {
  add() {
    const rows = all("#group tbody tr");
    if (rows.length >= 16) return say("A group here has at most 16 answers.");
    const row = rows.at(-1).cloneNode(true), n = rows.length;
    $("th", row).textContent = n + 1;
    for (const cell of all("[data-out]", row)) cell.dataset.out = cell.dataset.out.replace(/\d+$/, n);
    for (const input of all("input", row)) input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+$/, n + 1));
    rows.at(-1).after(row); group();
  },
  drop() { const rows = all("#group tbody tr"); if (rows.length > 2) { rows.at(-1).remove(); group(); } else say("A group has at least two answers."); },
  reset() { try { history.replaceState(null, "", location.pathname); } catch { /* as above */ } location.reload(); },
  link() { copy(new URL(state(), location.href).href, "The link is copied."); },
  async toml() { copy((await atlas.ask("/explore/settings.json", everything())).toml, "Copied: paste it into hyperparameters.toml."); },
  play(button) { maps.play(button); },
  async clip() {
    const place = $("#clip"), begun = await (await fetch("/explore/clip?" + mapQuery(), { method: "POST" })).json();
    if (begun.error) { place.textContent = begun.error; return; }
    const look = async () => {
      const state = await (await fetch(`/explore/clip/${begun.job}`)).json();
      place.textContent = state.done ? "Done." : state.failed ? `It failed: ${state.line}` : state.line;
      if (state.done) $("#film").innerHTML = `<video controls autoplay muted src="/explore/clip/${begun.job}/video" aria-label="The clip"></video>`;
      else if (state.running) setTimeout(look, 700);
    };
    look();
  },
};

let maps;
function begin() {
  maps = new atlas.Maps(mapQuery, asker, keep);
  const given = new URLSearchParams(atlas.given());
  if (given.get("strides") === "1") $("#strides").checked = true;
  if (given.get("also")) { $("#seventh").value = given.get("also"); maps.seventh($("#seventh").value); }
  document.addEventListener("input", event => {
    const at = event.target, data = at.dataset;
    if (at.nextElementSibling?.tagName === "OUTPUT") at.nextElementSibling.value = at.value;
    if (data.for) $("#" + data.for).value = at.value;
    if (data.knob) for (const twin of all(`[data-for="${at.id}"]`)) twin.value = at.value;
    if (at.name === "rule") {
      all("[data-knob]").forEach(k => k.value = k.dataset.base);
      if ($("input[name=lib]:checked").disabled) $("input[name=lib][value=paper]").checked = true;
    }
    if (at.name === "lib") all("[data-knob]").forEach(k => k.value = k.dataset.base);
    if (data.row || data.one || data.knob || data.for || at.name === "rule" || at.name === "lib") group();
    if (data.map || data.start) { maps.changed(at); keep(); }
    if (data.tok || at.name === "t.avg") tokens();
    if (at.id === "scrub") maps.draw();
    if (at.id === "ghosts") maps.draw();
    if (at.id === "strides") { maps.paths(); keep(); }
    if (at.id === "seventh") { maps.seventh(at.value); keep(); }
  });
  document.addEventListener("click", event => {
    const button = event.target.closest("[data-do]");
    if (button) acts[button.dataset.do](button);
  });
  // A number is dragged sideways: a pixel is a step; a dot is dragged along its curve.
  let held = null;
  document.addEventListener("pointerdown", event => {
    const dot = event.target.closest("[data-dot]"), number = event.target.closest("input.drag");
    if (dot) held = { dot: +dot.dataset.dot };
    else if (number && event.pointerType === "mouse") held = { number, x: event.clientX, from: +number.value, step: +number.step, moved: false };
  });
  document.addEventListener("pointermove", event => {
    if (!held) return;
    if (held.number) {
      const by = event.clientX - held.x;
      if (!held.moved && Math.abs(by) < 4) return;
      held.moved = true; event.preventDefault();
      const size = held.step, value = held.from + Math.round(by / 4) * size;
      const low = held.number.dataset.row === "r" ? -9 : size;
      held.number.value = +Math.min(Math.max(value, low), held.number.dataset.row === "r" ? 9 : 1).toFixed(4);
    } else {
      const svg = $("#picture svg"), box = svg.getBoundingClientRect(), d = svg.dataset;
      const x = (event.clientX - box.left) / box.width * d.width;
      const ratio = Math.max(0.05, (x - d.left) / (d.width - d.left - d.right) * d.far);
      const old = +all("[data-row=old]")[held.dot].value;
      all("[data-row=new]")[held.dot].value = +Math.min(1, Math.max(0.0001, ratio * old)).toFixed(4);
    }
    group();
  });
  document.addEventListener("pointerup", () => { held = null; });
  group(); maps.begin();
  if ($("[data-tok]")) tokens();
  document.documentElement.dataset.ready = "1";
}
const waiting = setInterval(() => { if ($("#explore")) { clearInterval(waiting); begin(); } }, 20);
}
