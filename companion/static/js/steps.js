// How a rule's slope becomes a step: TRPO's natural step inside its trust region, and a step of a given KL.
"use strict";
globalThis.atlas ??= {};
{
  const dot = (x, y) => x.reduce((total, each, i) => total + each * y[i], 0);
  const along = (x, by, y) => x.map((each, i) => each + by * y[i]);
  const TOLERANCE = 1e-20, PARTS = 64, ROUNDS = 9;

  /** Solves A x = b by conjugate gradients, from x = 0. */
  function conjugateGradient(apply, b, iterations) {
    let x = b.map(() => 0), r = [...b], p = [...b], rr = dot(r, r);
    const goal = TOLERANCE * rr;
    for (let k = 0; k < iterations && rr > goal; k++) {
      const product = apply(p), curvature = dot(p, product);
      if (!(curvature > 0)) break;
      const alpha = rr / curvature;
      x = along(x, alpha, p); r = along(r, -alpha, product);
      const next = dot(r, r);
      p = along(r, next / rr, p); rr = next;
    }
    return x;
  }

  /** TRPO's step (1502.05477, appendix C): the natural direction, as long as delta allows, shortened until it improves. */
  function trustRegion(start, slope, surrogate, p) {
    const old = atlas.logSoftmax(start), probs = old.map(Math.exp);
    const fisher = v => { const mean = dot(probs, v); return v.map((x, k) => probs[k] * (x - mean) + p.damping * x); };
    const kl = theta => { const now = atlas.logSoftmax(theta); return p.kl_direction === "old_new" ? atlas.divergence(old, now) : atlas.divergence(now, old); };
    const direction = conjugateGradient(fisher, slope, p.cg_iterations), curvature = dot(direction, fisher(direction));
    const length = curvature > 0 ? Math.sqrt(2 * p.delta / curvature) : 0, before = surrogate(start);
    for (let attempt = 0; attempt <= p.backtracks; attempt++) {
      const candidate = along(start, p.backtrack ** attempt * length, direction);
      if (surrogate(candidate) > before && kl(candidate) <= p.delta) return candidate;
    }
    return start;
  }

  /** From `old` the way of `now` until KL(old || pi) is `size`, but no farther than `reach`. */
  function toKl(old, now, size, reach) {
    const change = along(now, -1, old), norm = Math.sqrt(dot(change, change)), from = atlas.logSoftmax(old);
    if (!(norm > 0)) return old;
    const way = change.map(x => x / norm);
    let length = 0, part = reach;
    for (let round = 0; round < ROUNDS; round++) {
      part /= PARTS;
      let within = 0;
      for (let share = 1; share < PARTS; share++)
        if (atlas.divergence(from, atlas.logSoftmax(along(old, length + share * part, way))) <= size) within++;
      length += part * within;
    }
    return along(old, length, way);
  }

  Object.assign(atlas, { trustRegion, toKl });
}
