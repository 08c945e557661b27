// One group of answers under one rule: every number of the tables, as companion/explore/group.py has it.
"use strict";
globalThis.atlas ??= {};
{
  const PROBABILITIES = ["old", "new", "ref"];

  /** The group that a link describes; a RangeError says what is wrong. */
  function group(query) {
    const { start, fewest, most } = atlas.data.group;
    const rule = query.rule ?? "grpo", source = query.lib ?? "paper", params = atlas.settings(rule, source, query), rows = {};
    for (const name of Object.keys(start)) rows[name] = query[name] === undefined ? start[name] : query[name].split(",").slice(0, most + 1).map(number);
    const size = rows.old.length;
    if (Object.values(rows).some(row => row.length !== size) || size < fewest || size > most)
      atlas.sorry(`a group has ${fewest} to ${most} answers, and a number of each column for each`);
    for (const name of PROBABILITIES)
      if (!rows[name].every(x => x > 0 && x <= 1)) atlas.sorry(`a probability is above 0 and at most 1 (${name})`);
    return { rule, source, params, ...rows, value: number(query.v ?? "0.5") };
  }
  function number(text) {
    const found = atlas.float(text);
    return Math.abs(found) < 1e6 ? found : atlas.sorry(`${atlas.repr(text)} is too large`);
  }

  /** Whether the rule takes the smaller of two terms. */
  const hasClip = ({ rule, params }) => "clip_low" in params && (params.surrogate ?? "ratio") === "ratio" && rule !== "cispo";

  /** What the rule averages, of one answer. */
  function surrogateOf(g, advantage, rho, old) {
    const p = g.params;
    if (hasClip(g)) return atlas.clipped(rho, advantage, p.clip_low, p.clip_high, p.dual_clip ?? 0)[0];
    const logp = old + Math.log(rho);
    if (g.rule === "cispo") return Math.min(Math.max(rho, 1 - p.clip_low), 1 + p.clip_high) * advantage * logp;
    if (g.rule === "reinforce" || g.rule === "baseline" || p.surrogate === "log") return advantage * logp;
    return advantage * rho;
  }

  /** Columns, the sums below them, which term decides, and which answers are silenced. */
  function table(g) {
    const p = g.params, n = g.old.length, log = row => row.map(Math.log), forecast = new Array(n).fill(g.value);
    const batch = { old: log(g.old), ref: log(g.ref), rewards: g.r, correct: g.r.map(r => (r > 0 ? 1 : 0)), group: new Array(n).fill(0), oldValues: forecast };
    const logp = log(g.new), graded = atlas.grade(g.rule, batch, p), terms = atlas.terms(graded, { logp, values: forecast });
    const advantage = graded.rows.map(row => row.advantage), ratio = terms.ratio, clips = hasClip(g);
    const columns = { advantage, ratio, surrogate: ratio.map((rho, i) => surrogateOf(g, advantage[i], rho, batch.old[i])), push: terms.slope.map(x => -x) };
    columns.kl = logp.map((x, i) => ratio[i] * atlas.kl(p.kl_estimator ?? "k3", x, batch.ref[i], p.kl_cap ?? 0)[0]);
    let decides = new Array(n).fill("unclipped");
    if (clips) {
      columns.bounded = ratio.map(rho => Math.min(Math.max(rho, 1 - p.clip_low), 1 + p.clip_high));
      columns.unclipped = ratio.map((rho, i) => rho * advantage[i]);
      columns.clipped = columns.bounded.map((rho, i) => rho * advantage[i]);
      decides = ratio.map((_, i) => {
        const free = columns.unclipped[i], held = columns.clipped[i];
        return terms.gate[i] && held < free ? "clipped" : free === held ? "both" : "unclipped";
      });
    }
    const beta = p.beta ?? 0, mean = numbers => numbers.reduce((total, x) => total + x, 0) / n;
    const sums = { policy: -terms.policy, kl: beta > 0 ? terms.kl : mean(columns.kl), beta_kl: beta * terms.kl, value: terms.value, objective: -terms.total, beta, mean_reward: mean(g.r), answers: n };
    return { columns, decides, silenced: terms.gate, sums, clips };
  }

  /** The surrogate of each answer against its ratio, from 0 to `far`. */
  function curves(g, made, far, points = 161) {
    const step = (far - 0.02) / (points - 1), axis = Array.from({ length: points }, (_, k) => (k < points / 2 ? 0.02 + step * k : far - step * (points - 1 - k)));
    return [axis, made.columns.advantage.map((a, i) => axis.map(rho => surrogateOf(g, a, rho, Math.log(g.old[i]))))];
  }

  /** What the page shows of a group: its tables as text, the words, the picture, and the settings of the rule. */
  function answer(query) {
    const g = group(query), made = table(g), texts = {}, { rules, sources, knobs } = atlas.data;
    for (const [name, column] of Object.entries(made.columns)) column.forEach((x, i) => { texts[`${name}.${i}`] = atlas.fixed(x); });
    for (const [name, x] of Object.entries(made.sums)) texts[`sum.${name}`] = atlas.fixed(x);
    return {
      texts,
      decides: made.clips ? made.decides : [],
      silenced: made.silenced,
      signs: made.columns.advantage.map(Math.sign),
      picture: atlas.picture(g, made),
      told: atlas.told(made),
      knobs: knobs[`${g.rule} ${g.source}`],
      sources: Object.fromEntries(Object.keys(sources).map(name => [name, name in rules[g.rule].sources])),
    };
  }

  Object.assign(atlas, { group, table, curves, groupAnswer: answer });
}
