// The numbers of the maps for the settings of a link: surrogates of the frozen batch, walks, and where a click stands, as companion/explore/maps.py has them.
"use strict";
globalThis.atlas ??= {};
{
  const MOST = 1024;  // answers in a batch

  /** What a link changes in the film's hyperparameters. */
  function changes(query) {
    const { film, types, allowed } = atlas.data.maps, found = {};
    for (const [key, text] of Object.entries(query)) {
      if (key === "three_answers.start") found[key] = text.split(",").map(atlas.float);
      else if (allowed.includes(key)) found[key] = atlas.read(types[key].type, text);
    }
    const same = (key, value) => String(value) === String(film[key]);
    return Object.fromEntries(Object.entries(found).filter(([key, value]) => !same(key, value)));
  }

  /** The film's hyperparameters with those of a link laid over them; a RangeError says what is wrong. */
  function settings(query) {
    const { film, types } = atlas.data.maps, changed = changes(query);
    for (const [key, value] of Object.entries(changed)) {
      if (key !== "three_answers.start") { atlas.check(types[key], value); continue; }
      if (value.length !== 3) atlas.sorry(`start must hold 3 probabilities, not ${value.length}`);
      for (const each of value) atlas.check(types[key], each);
      const total = value.reduce((sum, x) => sum + x, 0);
      if (Math.abs(total - 1) > 1e-9) atlas.sorry(`start must sum to 1, but it sums to ${atlas.short(total, 10)}`);
    }
    const h = { ...film, ...changed };
    if (h["sampling.groups"] * h["sampling.group_size"] > MOST) atlas.sorry(`a batch of more than ${MOST} answers is too large for a page`);
    atlas.stage.start = h["three_answers.start"];
    return h;
  }

  /** The settings of a rule in the film, with what the link changes of them. */
  function params(rule, h) {
    const found = Object.hasOwn(atlas.data.rules, rule) ? { ...atlas.data.maps.rules[rule] } : atlas.sorry(`there is no rule ${atlas.repr(rule)}`);
    for (const key of atlas.data.maps.allowed) {
      const [table, name] = key.split(".");
      if (table === rule && h[key] !== undefined) found[name] = h[key];
    }
    return found;
  }

  /** The seed of a run's random numbers. */
  const seed = run => atlas.data.maps.seeds[run] ?? atlas.sorry(`there are no random numbers here for run ${run}`);

  /** One rule's surrogate of the first batch of the first seed on the grid, rows from low v to high: heights, and shares of shut gates. */
  function heights(rule, h, n) {
    const p = params(rule, h), { low: [u0, v0], side } = atlas.data.maps.window, size = h["sampling.groups"] * h["sampling.group_size"];
    const start = atlas.logits(h["three_answers.start"]), forecast = h["training.critic_fitted"] ? atlas.truth(start) : 0;
    const drawn = atlas.batch(atlas.logSoftmax(start), forecast, atlas.uniforms(seed(h["sampling.seed"]), size), h["sampling.group_size"]);
    const graded = atlas.merged(atlas.grade(rule, drawn, p)), z = new Float64Array(n * n), gate = new Float64Array(n * n);
    for (let row = 0; row < n; row++) for (let column = 0; column < n; column++) {
      const logp = atlas.logSoftmax(atlas.point(u0 + side * column / (n - 1), v0 + side * row / (n - 1))), h1 = atlas.entropy(logp);
      const seen = atlas.terms(graded, { logp, entropies: [h1, h1, h1] }, false);
      z[row * n + column] = -seen.total;
      gate[row * n + column] = seen.shut;
    }
    return { z, gate };
  }

  /** The same as bytes, and the range that they stand for. */
  function surface(query) {
    const n = Number(query.n), h = settings(query);
    if (!atlas.data.maps.points.includes(n)) atlas.sorry("a map has 41, 81 or 201 points along a side");
    const { z, gate } = heights(query.of, h, n), sorted = z.toSorted(), high = sorted.at(-1), middle = sorted[(n * n - 1) / 2];
    const low = Math.max(sorted[0], high - 2.5 * (high - middle));
    const share = x => Math.min(Math.max((x - low) / (high - low || 1), 0), 1);
    return { n, low, high, z: Uint8Array.from(z, x => even(255 * share(x))), gate: Uint8Array.from(gate, x => even(255 * x)) };
  }
  /** Rounded to a whole number, a tie to the even one. */
  const even = x => (x % 1 === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));

  /** What is exact: the window, contours of the expected reward, the start on the plane. */
  function mountain(query) {
    const h = settings(query), { low, side } = atlas.data.maps.window;
    return { window: [...low, side], contours: atlas.data.maps.contours, start: atlas.coordinates(atlas.logits(h["three_answers.start"])), answers: h["sampling.groups"] * h["sampling.group_size"] };
  }

  /** How one rule walks from the start: positions, exact reward and policy before each batch, every seed. */
  function path(query) {
    const h = settings(query), rule = query.of, p = params(rule, h), maps = atlas.data.maps;
    if (p.refill && p.filter !== "off") atlas.sorry("this film draws a batch again until it is full, and that is left out here");
    const stride = query.strides === "1" ? maps.stride : null, ways = [];
    for (let k = 0; k < h["sampling.seeds"]; k++) ways.push(atlas.run(rule, p, h, seed(h["sampling.seed"] + k), stride));
    return { theta: ways.map(way => way.map(atlas.coordinates)), j: ways.map(way => way.map(atlas.truth)), probs: ways[0].map(atlas.probabilities) };
  }

  /** The policy at a point of the plane, in ten-thousandths that sum to 1, none of them 0. */
  function standing({ u, v }) {
    const round = x => Number(atlas.fixed(x));
    let [a, b] = atlas.probabilities(atlas.point(atlas.float(u), atlas.float(v))).map(p => Math.min(Math.max(round(p), 0.0005), 0.99));
    while (a + b > 0.9995) if (a > b) a -= 0.0001; else b -= 0.0001;
    return [round(a), round(b), round(1 - round(a) - round(b))];
  }

  /** The settings of a link as hyperparameters.toml has them. */
  function toml(query) {
    const { rule, params: own } = atlas.group(query), tables = {};
    const others = Object.fromEntries(Object.entries(query).filter(([key]) => !key.startsWith(`${rule}.`)));
    for (const [key, value] of Object.entries(changes(others)).sort()) {
      const [table, name] = key.split(".");
      (tables[table] ??= []).push(`${name} = ${atlas.repr(value, atlas.data.maps.types[key].type)}`);
    }
    const rest = Object.entries(tables).map(([table, lines]) => `[${table}]\n${lines.join("\n")}\n`).join("\n");
    return { toml: rest ? `${atlas.toml(rule, own)}\n${rest}` : atlas.toml(rule, own) };
  }

  Object.assign(atlas, { mapSettings: settings, heights, surface, mountain, path, standing, settingsToml: toml });
}
