// How much better than expected each answer was, as objectives/estimators/advantages.py has it: one token an answer, one reward.
"use strict";
globalThis.atlas ??= {};
{
  const ROUNDING = 64 * Number.EPSILON;
  const sum = numbers => numbers.reduce((total, x) => total + x, 0);

  /** Label -> the numbers of its answers. */
  function members(group) {
    const found = new Map();
    group.forEach((label, i) => (found.has(label) ? found.get(label).push(i) : found.set(label, [i])));
    return found;
  }

  /** Mean, standard deviation, range and size of each group; a range that rounding alone explains is 0. */
  function statistics(rewards, who, ddof) {
    const own = who.map(i => rewards[i]), mean = sum(own) / own.length;
    const top = Math.max(...own), bottom = Math.min(...own);
    const gap = top - bottom <= ROUNDING * Math.max(top, -bottom) ? 0 : top - bottom;
    const std = Math.sqrt(sum(own.map(r => (r - mean) ** 2)) / Math.max(own.length - ddof, 1));
    return { mean, std, gap, size: own.length };
  }

  /** A_i = (r_i - mean of its group) / (std of its group + eps); GRPO, 2402.03300, section 4.1.2. */
  function groupRelative(rewards, group, { scale, ddof, eps, singleton_group: alone }) {
    const out = new Array(rewards.length), all = statistics(rewards, [...rewards.keys()], ddof);
    for (const who of members(group).values()) {
      const { mean, std, gap, size } = statistics(rewards, who, ddof);
      for (const i of who) {
        out[i] = gap <= 0 ? 0 : rewards[i] - mean;
        if (scale !== "none" && gap > 0) out[i] /= (scale === "batch" ? all.std : std) + eps;
        if (alone === "reward" && size === 1) out[i] = scale === "std" ? rewards[i] / (1 + eps) : rewards[i];
      }
    }
    return out;
  }

  /** A_i = r_i - mean of the others in its group; RLOO, 2402.14740. */
  function leaveOneOut(rewards, group, alone) {
    const out = new Array(rewards.length);
    for (const who of members(group).values()) {
      const { mean, gap, size } = statistics(rewards, who, 0);
      for (const i of who) {
        out[i] = gap <= 0 ? 0 : (rewards[i] - mean) * (size / Math.max(size - 1, 1));
        if (alone === "reward" && size === 1) out[i] = rewards[i];
      }
    }
    return out;
  }

  /** Less the mean of the batch, over its standard deviation; eps as `eps_place` says. Equal values give 0. */
  function whiten(x, { ddof, eps, eps_place: place = "std" }) {
    const mean = sum(x) / x.length, centred = x.map(a => a - mean);
    const variance = sum(centred.map(a => a ** 2)) / Math.max(x.length - ddof, 1);
    if (Math.sqrt(variance) <= ROUNDING * Math.max(...x.map(Math.abs))) return x.map(() => 0);
    const divisor = {
      std: Math.sqrt(variance) + eps,
      variance: Math.sqrt(variance + eps),
      floor: Math.sqrt(Math.max(variance, eps)),
      none: 1,
    }[place];
    return centred.map(a => a / divisor);
  }

  /** Which answers sit in a group that counts; DAPO, 2503.14476, eq. 8. */
  function counting(rewards, correct, group, by, alone) {
    const out = new Array(rewards.length).fill(true), score = by === "reward" ? rewards : correct;
    if (by === "off") return out;
    for (const who of members(group).values()) {
      const { gap, size } = statistics(score, who, 0);
      for (const i of who) out[i] = gap > 0 || (alone === "reward" && size === 1);
    }
    return out;
  }

  /** DAPO's soft punishment of length, for an answer of one token (2503.14476 eq. 13). */
  function overlong(longest, cache) {
    const excess = 1 - (longest - cache);
    if (cache === 0) return excess > 0 ? -1 : 0;
    return -Math.min(Math.max(excess / cache, 0), 1);
  }

  Object.assign(atlas, { members, groupRelative, leaveOneOut, whiten, counting, overlong });
}
