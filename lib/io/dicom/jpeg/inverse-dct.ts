/** Fixed-point factors of 13 bits, as libjpeg rounds them: FIX(x) = round(x · 2¹³). */
const FIX_0_298631336 = 2446;
const FIX_0_390180644 = 3196;
const FIX_0_541196100 = 4433;
const FIX_0_765366865 = 6270;
const FIX_0_899976223 = 7373;
const FIX_1_175875602 = 9633;
const FIX_1_501321110 = 12299;
const FIX_1_847759065 = 15137;
const FIX_1_961570560 = 16069;
const FIX_2_053119869 = 16819;
const FIX_2_562915447 = 20995;
const FIX_3_072711026 = 25172;

const CONSTANT_BITS = 13;
/** libjpeg keeps this many more bits between the passes at 12 bits a sample. */
const PASS_BITS = 1;

const workspace = new Int32Array(64);

/**
 * Inverse discrete cosine transform of 8 × 8 coefficients, in place, with libjpeg's integers ("islow", 12 bits), so that
 * lossy pixels are the same. Results are around 0.
 *
 * Source: Loeffler, Ligtenberg and Moschytz, "Practical fast 1-D DCT algorithms with 11 multiplications", 1989.
 */
export function inverseDct(block: Int32Array): void {
  for (let column = 0; column < 8; column++)
    pass(block, column, workspace, column, 8, CONSTANT_BITS - PASS_BITS);
  for (let row = 0; row < 8; row++) {
    pass(workspace, 8 * row, block, 8 * row, 1, CONSTANT_BITS + PASS_BITS + 3);
  }
}

function pass(
  source: Int32Array,
  from: number,
  target: Int32Array,
  to: number,
  step: number,
  shift: number,
): void {
  const even = (source[from + 2 * step] + source[from + 6 * step]) * FIX_0_541196100;
  const even2 = even - source[from + 6 * step] * FIX_1_847759065;
  const even3 = even + source[from + 2 * step] * FIX_0_765366865;
  const sum = (source[from] + source[from + 4 * step]) * 2 ** CONSTANT_BITS;
  const difference = (source[from] - source[from + 4 * step]) * 2 ** CONSTANT_BITS;
  const t10 = sum + even3;
  const t13 = sum - even3;
  const t11 = difference + even2;
  const t12 = difference - even2;

  const [o7, o5, o3, o1] = [
    source[from + 7 * step],
    source[from + 5 * step],
    source[from + 3 * step],
    source[from + step],
  ];
  const z5 = (o7 + o3 + o5 + o1) * FIX_1_175875602;
  const z1 = -(o7 + o1) * FIX_0_899976223;
  const z2 = -(o5 + o3) * FIX_2_562915447;
  const z3 = -(o7 + o3) * FIX_1_961570560 + z5;
  const z4 = -(o5 + o1) * FIX_0_390180644 + z5;
  const t0 = o7 * FIX_0_298631336 + z1 + z3;
  const t1 = o5 * FIX_2_053119869 + z2 + z4;
  const t2 = o3 * FIX_3_072711026 + z2 + z3;
  const t3 = o1 * FIX_1_501321110 + z1 + z4;

  const half = 2 ** (shift - 1);
  target[to] = (t10 + t3 + half) >> shift;
  target[to + 7 * step] = (t10 - t3 + half) >> shift;
  target[to + step] = (t11 + t2 + half) >> shift;
  target[to + 6 * step] = (t11 - t2 + half) >> shift;
  target[to + 2 * step] = (t12 + t1 + half) >> shift;
  target[to + 5 * step] = (t12 - t1 + half) >> shift;
  target[to + 3 * step] = (t13 + t0 + half) >> shift;
  target[to + 4 * step] = (t13 - t0 + half) >> shift;
}
