// Ratio, KL, averages and the critic's error, each with its slope: objectives/estimators for answers of one token.
"use strict";
globalThis.atlas ??= {};
{
  const LIMIT = 20, ANSWER_LIMIT = 60;  // a log-ratio is held to this; beyond, the slope is 0
  const within = (x, limit) => Math.min(Math.max(x, -limit), limit);

  /** rho = pi / pi_old, and its slope in log pi. */
  function ratio(logp, old, level) {
    const gap = logp - old, limit = level === "token" ? LIMIT : ANSWER_LIMIT, rho = Math.exp(within(gap, limit));
    return [rho, Math.abs(gap) <= limit ? rho : 0];
  }

  /** min(rho A, clip(rho, 1 - low, 1 + high) A), and whether the gate is shut; PPO, 1707.06347, eq. 7, and dual clip, 1912.09729. */
  function clipped(rho, advantage, low, high, dual) {
    const bounded = Math.min(Math.max(rho, 1 - low), 1 + high);
    if (dual > 0 && advantage < 0 && rho > dual) return [dual * advantage, true];
    const shut = (rho - bounded) * advantage > 0;
    return [(shut ? bounded : rho) * advantage, shut];
  }

  /** One of the estimators of the KL to the reference (Schulman, 2020), and its slope in log pi; held to +-cap unless that is 0. */
  function kl(kind, logp, ref, cap) {
    const through = kind.includes("_"), named = through ? kind.slice(0, 2) : kind, gap = within(ref - logp, LIMIT), inside = Math.abs(ref - logp) <= LIMIT ? 1 : 0;
    let value, slope;
    if (named === "k1") [value, slope] = [-gap, 1];
    else if (named === "abs") [value, slope] = [Math.abs(gap), -Math.sign(gap)];
    else if (named === "k2") [value, slope] = [gap ** 2 / 2, -gap];
    else [value, slope] = [Math.expm1(gap) - gap, -Math.expm1(gap)];
    if (cap > 0 && Math.abs(value) > cap) [value, slope] = [within(value, cap), 0];
    return [value, (through ? -gap : slope) * inside];
  }

  /** The weight of each answer in an average of this kind: every average is linear in what it averages. */
  function weights(kind, counted, group, length = 0, empty = "drop") {
    const many = counted.filter(Boolean).length, n = counted.length;
    const answers = Math.max(empty === "drop" ? many : n, 1);
    if (kind === "group") return groupWeights(counted, group, empty);
    const each = { token: 1 / Math.max(many, 1), total: 1, sequence: 1 / answers, sum: 1 / answers, constant: 1 / (length || 1) / answers }[kind];
    return counted.map(c => (c ? each : 0));
  }
  function groupWeights(counted, group, empty) {
    const out = counted.map(() => 0), parts = [...atlas.members(group).values()];
    const sizes = parts.map(who => who.filter(i => counted[i]).length);
    const many = Math.max(empty === "drop" ? sizes.filter(size => size > 0).length : sizes.length, 1);
    parts.forEach((who, k) => { for (const i of who) out[i] = counted[i] ? 1 / Math.max(sizes[k], 1) / many : 0; });
    return out;
  }

  /** The critic's squared error and its slope in V: plain, near its old value, or the larger of both. */
  function valueError(kind, value, target, old, clip) {
    const plain = [(value - target) ** 2, 2 * (value - target)];
    if (kind === "plain") return plain;
    const moved = old + within(value - old, clip);
    const near = [(moved - target) ** 2, Math.abs(value - old) <= clip ? 2 * (moved - target) : 0];
    if (kind === "clipped") return near;
    if (plain[0] === near[0]) return [plain[0], (plain[1] + near[1]) / 2];
    return plain[0] > near[0] ? plain : near;
  }

  Object.assign(atlas, { ratio, clipped, kl, weights, valueError });
}
