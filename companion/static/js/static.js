// In place of the server: what the page asks for is computed here, and the form is filled from the state in the address.
"use strict";
globalThis.atlas ??= {};
if (globalThis.document) {
  const $ = (query, from = document) => from.querySelector(query);
  const all = (query, from = document) => [...from.querySelectorAll(query)];
  const LONGEST = 8000;
  atlas.data = JSON.parse($("#data").textContent);

  const ANSWERS = {
    "/explore/group.json": atlas.groupAnswer,
    "/explore/mountain.json": atlas.mountain,
    "/explore/surface.json": atlas.surface,
    "/explore/path.json": atlas.path,
    "/explore/standing.json": atlas.standing,
    "/explore/settings.json": atlas.settingsToml,
  };

  /** What the server would say; a mistake is a sentence under "error". */
  atlas.ask = async (path, query) => {
    if (path !== "/explore/group.json") await new Promise(resolve => setTimeout(resolve));  // a picture may be painted in between
    try { return ANSWERS[path](Object.fromEntries(query)); } catch (error) {
      if (!(error instanceof RangeError)) console.error(error);
      return { error: `${error.message}.` };
    }
  };

  /** The state that the page was opened with: after # or, as the live page has it, after ?. */
  atlas.given = () => {
    const text = location.hash.includes("=") ? location.hash.slice(1) : location.search.slice(1);
    return text.length <= LONGEST ? text : "";
  };

  /** The group and the rule's settings as the link has them; one that says nothing readable leaves the page as it is. */
  function fillGroup(query) {
    let g;
    try { g = atlas.group(query); } catch { return; }
    $(`input[name=rule][value="${g.rule}"]`).checked = true;
    $(`input[name=lib][value="${g.source}"]`).checked = true;
    const rows = all("#group tbody tr"), body = rows[0].parentNode;
    body.replaceChildren(...g.old.map((_, i) => row(rows[0], i, g)));
    $("[data-one=v]").value = atlas.short(g.value);
    $("#knobs").innerHTML = atlas.data.knobs[`${g.rule} ${g.source}`];
    for (const knob of all("[data-knob]")) {
      const value = g.params[knob.dataset.knob];
      knob.value = typeof value === "number" ? atlas.short(value, 10) : String(value);
      for (const twin of all(`[data-for="${knob.id}"]`)) { twin.max = Math.max(twin.max, value); twin.value = value; }
    }
  }
  function row(first, index, g) {
    const made = first.cloneNode(true);
    $("th", made).textContent = index + 1;
    for (const cell of all("[data-out]", made)) cell.dataset.out = cell.dataset.out.replace(/\d+$/, index);
    for (const input of all("input", made)) {
      input.setAttribute("value", atlas.short(g[input.dataset.row][index]));
      input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+$/, index + 1));
    }
    return made;
  }

  /** The sliders of the maps as the link has them. */
  function fillMaps(query) {
    const put = (slider, value) => { slider.value = value; slider.nextElementSibling.value = slider.value; };
    for (const slider of all("[data-map]")) {
      const value = query[slider.dataset.map.split(" ")[0]];
      if (value !== undefined) put(slider, value);
    }
    const start = query["three_answers.start"]?.split(",") ?? [];
    ["A", "B"].forEach((name, i) => { if (start[i] !== undefined) { $(`#s-${name}`).step = 0.0001; put($(`#s-${name}`), start[i]); } });
    const batches = $("[data-map='sampling.iterations']").value, scrub = $("#scrub");
    scrub.max = scrub.value = $("#at").value = batches;
  }

  const query = Object.fromEntries(new URLSearchParams(atlas.given()));
  const show = ["group", "maps"].includes(query.show) ? query.show : "";  // one part alone, for a slide
  document.body.dataset.show = show;
  atlas.mark = show ? `#show=${show}&` : "#";
  fillGroup(query);
  fillMaps(query);
  $(".skip").addEventListener("click", event => { event.preventDefault(); $("#content").focus(); });  // the address holds the state
  addEventListener("hashchange", () => { if (location.hash.includes("=")) location.reload(); });
}
