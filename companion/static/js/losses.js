// The twelve rules on answers of one token: what objectives/losses has, with the slopes written out.
// A batch: {old, ref, rewards, correct, group, oldValues}, a number for each answer; `at` says which of the policy's numbers is whose.
"use strict";
globalThis.atlas ??= {};
{
  const RULES = {
    reinforce: (b, p) => ({ kind: "log", advantages: b.rewards.map(r => r - p.baseline) }),
    baseline: (b, p) => ({ kind: "log", ...byCritic(b, p) }),
    trpo: (b, p) => ({ kind: "ratio", ...byCritic(b, p) }),
    ppo: (b, p) => ({ kind: "clip", penalty: true, ...byCritic(b, p, paid(b, p, ["reward", "return"])) }),
    grpo: (b, p) => ({ kind: "clip", penalty: true, advantages: toGo(b, p, atlas.groupRelative(paid(b, p, ["reward"]), b.group, p)) }),
    dr_grpo: (b, p) => RULES.grpo(b, p),
    cispo: (b, p) => ({ ...RULES.grpo(b, p), kind: "weight" }),
    gspo: (b, p) => ({ kind: "clip", advantages: atlas.groupRelative(b.rewards, b.group, p) }),
    dapo(b, p) {
      const counted = atlas.counting(b.rewards, b.correct, b.group, p.filter, p.singleton_group);
      const ramp = p.overlong_weight * atlas.overlong(p.overlong_max, p.overlong_cache);
      const graded = atlas.groupRelative(b.rewards.map(r => r + ramp), b.group, p);
      return { kind: "clip", counted, advantages: graded.map((a, i) => (counted[i] ? a : 0)) };
    },
    rloo(b, p) {
      const graded = atlas.leaveOneOut(paid(b, p, ["reward"]), b.group, p.singleton_group);
      return { kind: "clip", penalty: true, advantages: toGo(b, p, p.whiten ? atlas.whiten(graded, p) : graded) };
    },
    reinforce_pp(b, p) {
      let pay = paid(b, p, ["reward"]);
      if (p.baseline === "group") pay = atlas.groupRelative(pay, b.group, { scale: "none", ddof: 0, eps: 1e-8, singleton_group: p.singleton_group });
      pay = toGo(b, p, pay);
      return { kind: "clip", penalty: true, advantages: p.whiten ? atlas.whiten(pay, p) : pay };
    },
    vapo: (b, p) => ({ kind: "clip", ...byCritic(b, p), right: b.correct }),
  };

  /** beta times the KL of the policy that wrote the answers, of each; 0 where it is a term of the loss. */
  const written = (b, p) => b.old.map((old, i) => (p.beta === 0 || p.kl_place === "loss" ? 0 : p.beta * atlas.kl(p.kl_estimator, old, b.ref[i], p.kl_cap)[0]));
  const paid = (b, p, places) => (places.includes(p.kl_place) ? less(b.rewards, written(b, p)) : b.rewards);
  const toGo = (b, p, advantages) => (p.kl_place === "return" ? less(advantages, written(b, p)) : advantages);
  const less = (x, y) => x.map((a, i) => a - y[i]);

  /** Reward minus forecast, and the critic's targets: GAE of an answer of one token, whatever gamma and lam. */
  function byCritic(b, p, rewards = b.rewards) {
    const plain = less(rewards, b.oldValues), returns = plain.map((a, i) => a + b.oldValues[i]);
    return { advantages: p.whiten ? atlas.whiten(plain, p) : plain, returns };
  }

  /** What a rule makes of a batch before it looks at the policy: advantages, and the weight of each answer in each average. */
  atlas.grade = (rule, b, p) => {
    const made = RULES[rule](b, p), n = b.rewards.length, every = new Array(n).fill(true), counted = made.counted ?? every;
    const average = (what, base, own) => (base === "same" ? atlas.weights(p.aggregation ?? "token", own, b.group, p.length, p.empty_answers) : atlas.weights("token", every, b.group));
    const w = average("policy", "same", counted), wk = average("kl", p.kl_aggregation ?? "same", every);
    const we = average("entropy", p.entropy_aggregation ?? "token", every), wv = average("value", p.value_aggregation ?? "token", every);
    const correct = made.right ? made.right.filter(Boolean).length : 0;
    const rows = b.rewards.map((_, i) => ({
      at: b.at ? b.at[i] : i, old: b.old[i], ref: b.ref[i], advantage: made.advantages[i], w: w[i], wk: wk[i], we: we[i], wv: wv[i],
      wn: made.right?.[i] ? 1 / correct : 0, share: 1 / n, target: made.returns?.[i], oldValue: b.oldValues?.[i],
    }));
    const kind = made.kind === "clip" && p.surrogate === "log" ? "log" : made.kind;
    return { rows, kind, params: p, level: p.ratio_level ?? "token", inLoss: made.penalty === true && p.kl_place === "loss", critic: made.returns !== undefined };
  };

  /** The same with one row for answers that no term tells apart. */
  atlas.merged = graded => {
    const rows = [], alike = (x, y) => x.at === y.at && x.advantage === y.advantage && x.target === y.target && x.oldValue === y.oldValue;
    for (const row of graded.rows) {
      const known = rows.find(each => alike(each, row));
      if (!known) rows.push({ ...row });
      else for (const name of ["w", "wk", "we", "wv", "wn", "share"]) known[name] += row[name];
    }
    return { ...graded, rows };
  };

  /** The terms of the loss for a policy {logp, entropies, values}, and the slopes of `total` and of `policy` in each of its numbers; with `each`, ratio and gate of every answer. */
  atlas.terms = (graded, now, each = true) => {
    const { rows, kind, params: p, level, inLoss, critic } = graded, none = now.logp.map(() => 0);
    const out = { total: 0, policy: 0, kl: 0, value: 0, entropy: 0, shut: 0, ratio: [], gate: [], slope: none, policySlope: none.slice(), valueSlope: none.slice(), entropySlope: none.slice() };
    const nll = p.nll_weight ?? 0, bonus = p.entropy_weight ?? 0;
    if (bonus > 0 && !now.entropies) throw new RangeError(`this objective needs rollouts.entropies (entropy_weight is ${atlas.short(bonus)}), and it is missing`);
    let imitated = 0;
    for (const row of rows) {
      const logp = now.logp[row.at], [rho, rise] = atlas.ratio(logp, row.old, level);
      const [value, slope, shut] = surrogate(kind, p, row.advantage, logp, rho, rise);
      out.policy -= row.w * value;
      out.policySlope[row.at] -= row.w * slope;
      let pull = -row.w * slope - nll * row.wn;
      imitated += row.wn * logp;
      if (inLoss) {
        const [k, steep] = atlas.kl(p.kl_estimator, logp, row.ref, p.kl_cap);
        out.kl += row.wk * (p.kl_ratio ? rho * k : k);
        pull += p.beta * row.wk * (p.kl_ratio ? rise * k + rho * steep : steep);
      }
      if (critic && now.values) {
        const [error, steep] = atlas.valueError(p.value_loss ?? "plain", now.values[row.at], row.target, row.oldValue, p.value_clip);
        out.value += row.wv * error;
        out.valueSlope[row.at] += p.value_weight * row.wv * steep;
      }
      if (now.entropies) { out.entropy += row.we * now.entropies[row.at]; out.entropySlope[row.at] -= bonus * row.we; }
      out.slope[row.at] += pull;
      if (each) { out.ratio.push(rho); out.gate.push(shut); }
      if (shut) out.shut += row.share;
    }
    out.total = out.policy + (critic ? p.value_weight * out.value : 0) - bonus * out.entropy + (inLoss ? p.beta * out.kl : 0) - nll * imitated;
    return out;
  };

  /** What a rule maximises of one answer, its slope in log pi, and whether its clip is shut. */
  function surrogate(kind, p, advantage, logp, rho, rise) {
    if (kind === "log") return [advantage * logp, advantage, false];
    if (kind === "ratio") return [rho * advantage, rise * advantage, false];
    if (kind === "weight") {
      const weight = Math.min(Math.max(rho, 1 - p.clip_low), 1 + p.clip_high) * advantage;
      return [weight * logp, weight, false];
    }
    const [value, shut] = atlas.clipped(rho, advantage, p.clip_low, p.clip_high, p.dual_clip ?? 0);
    return [value, shut ? 0 : rise * advantage, shut];
  }
}
