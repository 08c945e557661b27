// The random numbers of the film: the Mersenne Twister as torch seeds it, and 53 bits of each two of its words.
"use strict";
globalThis.atlas ??= {};
{
  const N = 624, M = 397;

  /** `many` numbers in [0, 1): those of torch.rand(many, dtype=torch.float64) for a generator with this 32-bit seed. */
  atlas.uniforms = (seed, many) => {
    const state = new Uint32Array(N), out = new Float64Array(many);
    state[0] = seed;
    for (let i = 1; i < N; i++) state[i] = Math.imul(1812433253, state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    let at = N;
    const word = () => {
      if (at === N) { twist(state); at = 0; }
      let y = state[at++];
      y ^= y >>> 11;
      y ^= (y << 7) & 0x9d2c5680;
      y ^= (y << 15) & 0xefc60000;
      return (y ^ (y >>> 18)) >>> 0;
    };
    for (let i = 0; i < many; i++) {
      const high = word() & 0x1fffff;
      out[i] = (high * 2 ** 32 + word()) * 2 ** -53;
    }
    return out;
  };

  function twist(state) {
    for (let i = 0; i < N; i++) {
      const y = (state[i] & 0x80000000) | (state[(i + 1) % N] & 0x7fffffff);
      state[i] = state[(i + M) % N] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
  }
}
