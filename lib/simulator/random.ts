// Randomness that repeats: the same seed gives the same ids, codes and tokens in the same order.
// It is no secret and must never leave the simulator: whoever knows the seed knows every token.

/** Yields version 4 UUIDs from a small deterministic generator (sfc32), forever the same for the same seed. */
export function seededUuids(seed: number): () => string {
  const next = sfc32(seed);
  return () => {
    const hex = [next(), next(), next(), next()].map((word) => word.toString(16).padStart(8, '0')).join('');
    const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4];
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
}

/** Chris Doty-Humphrey's small fast counter: 96 bits of state and a 32 bit counter. */
function sfc32(seed: number): () => number {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, seed | 0, 1];
  const next = (): number => {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // The first outputs of near seeds resemble each other; twelve rounds are the author's own warm-up.
  for (let round = 0; round < 12; round++) next();
  return next;
}
