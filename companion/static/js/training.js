// Training in the world of three answers, one run at a time: what objectives/training/loop.py does with all runs at once.
"use strict";
globalThis.atlas ??= {};
{
  /** The batch of answers that a policy `old` (log pi) writes to these uniform numbers. */
  function batch(old, forecast, uniforms, groupSize) {
    const { rewards, correct } = atlas.data.world, at = atlas.draw(old, uniforms), reference = atlas.logSoftmax(atlas.logits(atlas.stage.start));
    return {
      at,
      old: at.map(a => old[a]),
      ref: at.map(a => reference[a]),
      rewards: at.map(a => rewards[a]),
      correct: at.map(a => correct[a]),
      group: at.map((_, i) => Math.floor(i / groupSize)),
      oldValues: at.map(() => forecast),
    };
  }

  /** The logits before each batch, and after the last: one run of a rule from the start. `stride` {kl, reach} makes all steps equally long. */
  function run(rule, params, h, seed, stride) {
    const size = h["sampling.groups"] * h["sampling.group_size"], batches = h["sampling.iterations"];
    const uniforms = atlas.uniforms(seed, batches * size), updates = params.updates ?? 1;
    let theta = atlas.logits(h["three_answers.start"]), critic = h["training.critic_fitted"] ? atlas.truth(theta) : 0;
    const way = [theta];
    for (let k = 0; k < batches; k++) {
      if (stride) critic = atlas.truth(theta);
      const from = theta, old = atlas.logSoftmax(theta);
      const graded = atlas.merged(atlas.grade(rule, batch(old, critic, uniforms.subarray(k * size, (k + 1) * size), h["sampling.group_size"]), params));
      for (let step = 0; step < updates; step++) [theta, critic] = updated(rule, graded, theta, critic, params, h);
      if (stride) theta = atlas.toKl(from, theta, stride.kl, stride.reach);
      way.push(theta);
    }
    return way;
  }

  /** One update of policy and critic on a batch. */
  function updated(rule, graded, theta, critic, params, h) {
    const logp = atlas.logSoftmax(theta), same = x => [x, x, x];
    const seen = atlas.terms(graded, { logp, values: same(critic), entropies: same(atlas.entropy(logp)) }, false);
    const total = x => x.reduce((sum, each) => sum + each, 0), next = critic - h["training.critic_rate"] * total(seen.valueSlope);
    if (atlas.data.rules[rule].step !== "gradient") {
      const uphill = atlas.inLogits(seen.policySlope.map(x => -x), 0, logp);
      const surrogate = at => { const now = atlas.logSoftmax(at); return -atlas.terms(graded, { logp: now, entropies: same(atlas.entropy(now)) }, false).policy; };
      return [atlas.trustRegion(theta, uphill, surrogate, params), next];
    }
    const slope = atlas.inLogits(seen.slope, total(seen.entropySlope), logp);
    return [theta.map((z, i) => z - h["training.learning_rate"] * slope[i]), next];
  }

  Object.assign(atlas, { batch, run, updated, stage: { start: [] } });
}
