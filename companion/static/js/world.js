// The world of three answers: its policy, its exact reward, and the plane of all its policies.
"use strict";
globalThis.atlas ??= {};
{
  const A = [1 / Math.sqrt(2), -1 / Math.sqrt(2), 0], B = [1 / Math.sqrt(6), 1 / Math.sqrt(6), -2 / Math.sqrt(6)];
  const dot = (x, y) => x.reduce((total, each, i) => total + each * y[i], 0);

  /** log pi of A, B, C. */
  function logSoftmax(theta) {
    const top = Math.max(...theta), spread = Math.log(theta.reduce((total, z) => total + Math.exp(z - top), 0));
    return theta.map(z => z - top - spread);
  }
  const probabilities = theta => logSoftmax(theta).map(Math.exp);
  /** Exact expected reward J = sum_a pi_a r_a. */
  const truth = theta => dot(probabilities(theta), atlas.data.world.rewards);
  const entropy = logp => -logp.reduce((total, x) => total + Math.exp(x) * x, 0);
  /** KL(p || q) of log-probabilities. */
  const divergence = (p, q) => p.reduce((total, x, a) => total + (Math.exp(x) > 0 ? Math.exp(x) * (x - q[a]) : 0), 0);
  /** Centred logits of a policy. */
  function logits(probs) {
    const z = probs.map(Math.log), mean = z.reduce((total, x) => total + x, 0) / z.length;
    return z.map(x => x - mean);
  }
  /** The slope in the logits of what has `slope` in log pi, and `bonus` in the entropy. */
  function inLogits(slope, bonus, logp) {
    const total = slope[0] + slope[1] + slope[2], h = bonus === 0 ? 0 : entropy(logp);
    return logp.map((x, k) => slope[k] - Math.exp(x) * (total + bonus * (x + h)));
  }
  /** The first answer whose cumulated chance exceeds the uniform number. */
  function draw(logp, uniforms) {
    const first = Math.exp(logp[0]), second = first + Math.exp(logp[1]);
    return Array.from(uniforms, u => (u >= first ? 1 : 0) + (u >= second ? 1 : 0));
  }
  const point = (u, v) => A.map((a, i) => u * a + v * B[i]);
  const coordinates = theta => [dot(theta, A), dot(theta, B)];

  Object.assign(atlas, { logSoftmax, probabilities, truth, entropy, divergence, logits, inLogits, draw, point, coordinates });
}
