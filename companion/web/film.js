// The film: asks the program what is stale, shows the page that was published with the film, edits settings, and has it made.
const $ = (query, from = document) => from.querySelector(query);
const all = (query, from = document) => [...from.querySelectorAll(query)];
const state = { query: new URLSearchParams(location.search), clips: new Set(), data: null, version: "", running: false };
const SILENT = "The page's program does not answer. Is it still running?";

async function ask(path, body) {
  const options = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  try { return await (await fetch(path, options)).json(); } catch { return { error: SILENT }; }
}
function element(name, attributes = {}, text = "") {
  const made = Object.assign(document.createElement(name), { textContent: text });
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
// What is told aloud is written only when it differs: a screen reader says it once.
function say(query, text) { const at = $(query); if (at.textContent !== text) at.textContent = text; }
function keep() {
  const query = state.query.toString();
  history.replaceState(null, "", location.pathname + (query ? `?${query}` : "") + location.hash);
}

// Everything that the program knows now. A player that plays is left alone until the page is loaded again.
async function view() {
  const asked = new URLSearchParams(state.query);
  const found = await ask(`/film/view.json?${asked}`);
  say("#trouble", found.error || found.unknown || "");
  if (found.error) { if (!$("#folds").children.length) say("#title", "The project cannot be read."); return null; }
  const open = new Set(all("#folds [open]").map(fold => fold.id));
  say("#title", found.title);
  say("#head", found.head);
  $("#quality").innerHTML = found.qualities;
  $("#folds").innerHTML = found.chapters;
  $("#rest").innerHTML = found.rest;
  for (const id of open) { const fold = document.getElementById(id); if (fold) fold.open = true; }
  state.clips = new Set(found.clips);
  state.found = found;
  for (const button of all("[data-do=play]")) button.disabled = !(playable(button.dataset.clip));
  $("[data-do=make]").disabled = false;
  return found;
}
const playable = name => (state.data && name in state.data.clips) || state.clips.has(name);

// The player and the transcript are those of the page beside the film, run by the same script.
async function player(found) {
  if (!found.player) {
    $("#player").innerHTML = '<p class="none">There is no film in dist/ yet. Press “Make the film”, or run <code>python render.py</code> in a terminal. What is finished is kept, so you may stop at any time.</p>';
    return;
  }
  state.version = found.player.version;
  state.data = JSON.parse(found.player.data);
  $("#player").innerHTML = found.player.body;
  const text = $("#player .find").parentElement;
  for (const [name, value] of Object.entries({ "data-scrolls": "", tabindex: "0", role: "region" })) text.setAttribute(name, value);
  document.body.append(Object.assign(element("script", { type: "application/json", id: "film" }), { textContent: found.player.data }));
  await import("/film/player.js");
  $("#player video").addEventListener("timeupdate", event => now(event.target.currentTime));
  for (const button of all("[data-do=play]")) button.disabled = !(playable(button.dataset.clip));
}
function now(seconds) {
  const name = Object.entries(state.data.clips).filter(([, start]) => start <= seconds + 0.01).at(-1)?.[0];
  const row = name && $(`.one[data-clip="${name}"]`), fold = row?.closest(".fold");
  for (const each of all(".fold[aria-current]")) if (each !== fold) each.removeAttribute("aria-current");
  if (!fold) return;
  fold.setAttribute("aria-current", "true");
  const told = `${fold.dataset.title}: ${$("h3", row).textContent}`;
  if ($("#now").textContent !== told) $("#now").textContent = told;
}
function seek(name) {
  history.replaceState(null, "", `${location.pathname}${location.search}#${name}`);
  dispatchEvent(new HashChangeEvent("hashchange"));
}
function chapter() {
  const fold = document.getElementById(`chapter-${state.query.get("chapter")}`);
  if (!fold) return;
  fold.open = true;
  if (state.data && fold.dataset.first in state.data.clips) {
    const go = () => { seek(fold.dataset.first); now(state.data.clips[fold.dataset.first] + 0.01); };
    const video = $("#player video");
    if (video.readyState) go(); else video.addEventListener("loadedmetadata", go, { once: true });
  } else {
    say("#now", `${fold.dataset.title} is not in the film in dist/ yet; its clips stand below.`);
    fold.scrollIntoView({ block: "start" });
  }
}

function alone(name, file = `dist/clips/${name}.mp4`) {
  const box = document.getElementById(`shown-${name}`);
  const video = element("video", { controls: "", playsinline: "", preload: "metadata", "aria-label": `The clip ${name.replaceAll("_", " ")}`, src: `/film/${encodeURI(file)}?${Date.now()}` });
  video.append(element("track", { kind: "captions", srclang: document.documentElement.lang || "en", label: "Captions", src: `/film/clip.vtt?clip=${name}`, default: "" }));
  box.replaceChildren(video);
  return video;
}
async function beats(button) {
  const name = button.dataset.clip, box = document.getElementById(`shown-${name}`), open = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!open));
  if (open) { box.replaceChildren(); return; }
  const found = await ask(`/film/beats.json?clip=${name}&q=${$("#quality").value}`);
  if (found.error) { box.replaceChildren(element("p", { class: "sorry", role: "alert" }, found.error)); return; }
  const stills = element("div", { class: "stills" });
  for (const beat of found) {
    const figure = element("figure"), caption = element("figcaption");
    caption.append(element("b", {}, `${beat.label} `), `${beat.at.toFixed(2)} s. ${beat.words}`);
    figure.append(element("img", { loading: "lazy", src: beat.src, width: 640, height: 360, alt: `${name.replaceAll("_", " ")} at ${beat.label}. ${beat.words}` }), caption);
    stills.append(figure);
  }
  box.replaceChildren(stills);
}

// Making: one build at a time; its progress is asked for until it ends.
async function make(clip) {
  say("#ended", ""); say("#refused", "");
  const found = await ask("/film/make", { quality: $("#quality").value, ...(clip ? { clip } : {}) });
  if (found.error) { say("#ended", found.error); $("#ended").classList.add("sorry"); return; }
  follow(clip);
}
async function follow(clip) {
  if (state.running) return;
  state.running = true;
  $("#ended").classList.remove("sorry");
  $("#making").hidden = false;
  for (const button of all("[data-do=make], [data-do=clip]")) button.disabled = true;
  let at;
  do {
    await new Promise(done => setTimeout(done, 300));
    at = await ask("/film/make.json");
    if (at.error) break;
    const jobs = Object.entries(at.jobs), bar = $("#making progress");
    if (at.running && !jobs.length) bar.removeAttribute("value"); else bar.value = at.share;
    $("#share").textContent = `${Math.floor(at.share * 100)} %` + (at.left ? `, about ${clock(at.left)} left` : "");
    say("#line", at.line || "");
    $("#jobs").replaceChildren(...jobs.map(([label, share]) => element("li", {}, `${label} ${Math.round(share * 100)} %`)));
  } while (at.running);
  state.running = false;
  $("#making").hidden = true;
  $("#ended").classList.toggle("sorry", !at.done);
  const found = await view();
  for (const button of all("[data-do=make], [data-do=clip]")) button.disabled = false;
  say("#ended", at.error || `${at.done ? "Done. " : ""}${at.line}`);
  if (clip && at.done) { alone(clip, at.file || undefined); document.getElementById(`shown-${clip}`).closest(".fold").open = true; }
  if (!found?.player || found.player.version === state.version) return;
  if (!state.version) await player(found);
  else $("#ended").append(" ", element("button", { "data-do": "again" }, "Show the new film"));
}
function clock(seconds) { return seconds < 60 ? `${Math.ceil(seconds)} s` : `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")} min`; }

// The settings: what differs from the file is marked, checked while it is typed, and saved together.
const changed = () => all("[data-key]").filter(field => field.value !== field.dataset.base);
function count() {
  const names = changed().map(field => field.dataset.key);
  for (const field of all("[data-key]")) field.closest(".knob").classList.toggle("changed", field.value !== field.dataset.base);
  for (const name of ["save", "save-make", "undo"]) $(`[data-do=${name}]`).disabled = !names.length;
  $(".save").classList.toggle("pending", names.length > 0);
  say("#unsaved", names.length ? `Not saved yet: ${names.join(", ")}.` : "Nothing is changed.");
}
async function check(field) {
  const text = field.value;
  const found = text === field.dataset.base ? {} : await ask(`/film/accepted.json?${new URLSearchParams({ key: field.dataset.key, value: text })}`);
  if (field.value !== text) return;
  field.setAttribute("aria-invalid", String(Boolean(found.error)));
  say(`[id="e-${field.dataset.key}"]`, (found.error || "").replace(/^Not saved: /, ""));
}
async function save(andMake) {
  const fields = changed();
  say("#saved", "Checking …"); say("#refused", "");
  const values = Object.fromEntries(fields.map(field => [field.dataset.key, field.value]));
  const was = Object.fromEntries(fields.map(field => [field.dataset.key, field.dataset.base]));
  const found = await ask("/film/save", { values, was });
  say("#saved", found.saved || ""); say("#refused", found.error || "");
  if (found.error) return;
  const fresh = await view();
  if (fresh) settings(fresh);
  if (andMake) make();
}
function settings(found) {
  const open = new Set(all("#form [open]").map(fold => fold.id));
  const focused = document.activeElement?.id;
  $("#form").innerHTML = found.form;
  for (const id of open) { const fold = document.getElementById(id); if (fold) fold.open = true; }
  if (focused) document.getElementById(focused)?.focus();
  find(); count();
}
function find() {
  const wanted = $("#find-setting").value.trim().toLowerCase();
  let hits = 0;
  for (const table of all("#form .settings")) {
    let some = 0;
    for (const knob of all(".knob", table)) { knob.hidden = Boolean(wanted) && !knob.dataset.search.includes(wanted); some += !knob.hidden; }
    table.hidden = !some; hits += some;
    if (wanted) table.open = some > 0 && wanted.length > 2;
  }
  say("#found-settings", wanted ? `${hits} setting${hits === 1 ? "" : "s"}` : "");
}

const acts = {
  make: () => make(),
  clip: button => make(button.dataset.clip),
  stop: () => ask("/film/stop", {}),
  play: button => {
    const name = button.dataset.clip;
    if (state.data && name in state.data.clips) { seek(name); $("#player video").scrollIntoView({ block: "nearest" }); $("#player video").play().catch(() => {}); }
    else alone(name).play().catch(() => {});
  },
  beats,
  again: () => location.reload(),
  save: () => save(false),
  "save-make": () => save(true),
  undo: () => { for (const field of changed()) { field.value = field.dataset.base; check(field); } count(); },
};

async function begin() {
  $("#film-tab").addEventListener("click", event => {
    const button = event.target.closest("button[data-do]");
    if (button) acts[button.dataset.do](button);
  });
  $("#film-tab").addEventListener("input", event => {
    if (event.target.dataset.key) { count(); clearTimeout(state.typing); state.typing = setTimeout(check, 250, event.target); }
    if (event.target.id === "find-setting") find();
  });
  $("#quality").addEventListener("change", event => { state.query.set("q", event.target.value); keep(); view(); });
  $("#film-tab").addEventListener("toggle", async event => {
    const fold = event.target;
    if (fold.matches?.(".fold") && fold.open) { state.query.set("chapter", fold.dataset.chapter); keep(); }
    if (fold.matches?.(".readers") && fold.open && !$("p", fold).textContent) $("p", fold).textContent = (await ask(`/film/touches.json?key=${encodeURIComponent(fold.dataset.of)}`)).sentence || "";
  }, true);
  const found = await view();
  if (found) {
    settings(found);
    await player(found);
    chapter();
    if (found.make.running) follow(found.make.words[0] === "clip" ? found.make.words[1] : undefined);
  }
  document.documentElement.dataset.ready = "film";
}
const waiting = setInterval(() => { if ($("#film-tab")) { clearInterval(waiting); begin(); } }, 20);
