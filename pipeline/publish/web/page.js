"use strict";
const film = JSON.parse(document.getElementById("film").textContent);
const video = document.querySelector("video");
const all = (selector) => [...document.querySelectorAll(selector)];
const lines = all("[data-start]").map((button) => ({ button, start: Number(button.dataset.start), end: Number(button.dataset.end) }));
const chapters = all(".chapters button").map((button) => ({ button, start: Number(button.dataset.at) }));
const follow = document.getElementById("follow"), search = document.getElementById("search"), found = document.getElementById("found");

// Captions come with the page, for a browser reads no other file beside a page that was opened from a disk.
const track = video.addTextTrack("captions", film.language, film.language);
for (const [start, end, text] of film.captions) track.addCue(new VTTCue(start, end, text));
track.mode = "showing";

function seek(seconds, play) {
  video.currentTime = Math.max(0, Math.min(seconds + 0.001, film.duration - 0.1));
  if (play) video.play().catch(() => {});
}

function mark(entries, current, block) {
  for (const entry of entries) {
    if ((entry === current) === (entry.button.getAttribute("aria-current") === "true")) continue;
    if (entry !== current) { entry.button.removeAttribute("aria-current"); continue; }
    entry.button.setAttribute("aria-current", "true");
    if (block && follow.checked && !search.value && !video.paused) bring(entry.button, block);
  }
}

// Where the transcript scrolls by itself, the page around it stays where it is.
function bring(element, block) {
  const box = element.closest("[data-scrolls]");
  if (!box) { element.scrollIntoView({ block }); return; }
  const place = element.getBoundingClientRect(), room = box.getBoundingClientRect();
  const above = block === "center" ? (room.height - place.height) / 2 : box.querySelector(".find").offsetHeight;
  box.scrollTop += place.top - room.top - above;
}

function last(entries, now) {
  return entries.filter((entry) => entry.start <= now).at(-1);
}

video.addEventListener("timeupdate", () => {
  mark(lines, last(lines, video.currentTime), "center");
  mark(chapters, last(chapters, video.currentTime), "");
});
for (const { button, start } of [...lines, ...chapters]) button.addEventListener("click", () => seek(start, true));

// Search: what matches is marked, and clips without a match are hidden.
function plain(text) {
  return text.toLowerCase();
}

search.addEventListener("input", () => {
  const wanted = plain(search.value.trim());
  let count = 0;
  for (const { button } of lines) {
    const text = button.dataset.text ?? (button.dataset.text = button.textContent);
    const places = [];
    for (let at = wanted ? plain(text).indexOf(wanted) : -1; at >= 0; at = plain(text).indexOf(wanted, at + wanted.length)) places.push(at);
    button.replaceChildren();
    let from = 0;
    for (const at of places) {
      const hit = document.createElement("mark");
      hit.textContent = text.slice(at, at + wanted.length);
      button.append(text.slice(from, at), hit);
      from = at + wanted.length;
    }
    button.append(text.slice(from));
    button.hidden = Boolean(wanted) && !places.length;
    count += places.length ? 1 : 0;
  }
  for (const clip of all(".clip")) clip.hidden = Boolean(wanted) && !clip.querySelector("[data-start]:not([hidden])");
  found.textContent = wanted ? `${count} ${count === 1 ? "line" : "lines"} with “${search.value.trim()}”` : "";
});

// One key each, wherever the focus is, except where it writes or presses a button.
const keys = {
  k: () => (video.paused ? video.play().catch(() => {}) : video.pause()),
  j: () => seek(video.currentTime - 10),
  l: () => seek(video.currentTime + 10),
  n: () => seek((chapters.find((entry) => entry.start > video.currentTime + 0.01) ?? { start: video.currentTime }).start),
  p: () => seek((last(chapters, video.currentTime - 2) ?? { start: 0 }).start),
  c: () => (track.mode = track.mode === "showing" ? "hidden" : "showing"),
  f: () => (document.fullscreenElement ? document.exitFullscreen() : video.requestFullscreen()),
  "/": () => search.focus(),
};
document.addEventListener("keydown", (event) => {
  if (event.target === search) {
    if (event.key === "Escape") { search.value = ""; search.dispatchEvent(new Event("input")); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
  if (event.target.closest?.("input:not([type=checkbox]), select, textarea")) return;
  event.preventDefault();
  keys[event.key]();
});

for (const button of all(".copy")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.previousElementSibling.textContent);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
}

// page.html#six_maps opens at a clip, page.html#t=90 at a second.
function jump() {
  const name = decodeURIComponent(location.hash.slice(1));
  const seconds = name.startsWith("t=") ? Number(name.slice(2)) : film.clips[name];
  if (!Number.isFinite(seconds)) return;
  seek(seconds);
  const clip = document.getElementById(name);
  if (clip?.closest("[data-scrolls]")) bring(clip, "start");
}
addEventListener("hashchange", jump);
if (video.readyState) jump();
else video.addEventListener("loadedmetadata", jump, { once: true });
