/** Words of the state, and the distance at which they are mixed. */
const [WORDS, MIDDLE] = [624, 397];

/**
 * 0 … count − 1 in the order of `numpy.random.RandomState(seed).shuffle`: the Mersenne Twister (Matsumoto and Nishimura
 * 1998), and whole numbers below a limit by drawing again what its mask lets through.
 */
export function numpyShuffle(count: number, seed: number): number[] {
  const next = mersenneTwister(seed);
  const below = (limit: number) => {
    const mask = 2 ** Math.ceil(Math.log2(limit + 1)) - 1;
    let value: number;
    do value = (next() & mask) >>> 0;
    while (value > limit);
    return value;
  };
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last >= 1; last--) {
    const other = below(last);
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

/** A stream of 32-bit words. */
function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(WORDS);
  state[0] = seed;
  for (let at = 1; at < WORDS; at++) {
    state[at] = Math.imul(1812433253, state[at - 1] ^ (state[at - 1] >>> 30)) + at;
  }
  let place = WORDS;
  const renew = () => {
    for (let at = 0; at < WORDS; at++) {
      const word = (state[at] & 0x80000000) | (state[(at + 1) % WORDS] & 0x7fffffff);
      state[at] = state[(at + MIDDLE) % WORDS] ^ (word >>> 1) ^ (word & 1 ? 0x9908b0df : 0);
    }
    place = 0;
  };
  return () => {
    if (place === WORDS) renew();
    let word = state[place++];
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  };
}
