const marker = (code: number, ...numbers: number[]) => [0xff, code, 0, numbers.length + 2, ...numbers];
const sixteen = (...numbers: number[]) => numbers.flatMap((value) => [value >> 8, value & 255]);

/** Bits as JPEG-LS has them: a zero bit after each byte of ones. Source: ITU-T T.87, A.1 */
function stuffed(bits: string): number[] {
  const bytes: number[] = [];
  for (let at = 0; at < bits.length;) {
    const width = bytes.at(-1) === 0xff ? 7 : 8;
    bytes.push(parseInt(bits.slice(at, at + width).padEnd(width, '0'), 2));
    at += width;
  }
  return bytes;
}

/** A value by its Golomb code: so many zeros, a one, and `k` bits, here zeros. */
const golomb = (zeros: number, k: number) => `${'0'.repeat(zeros)}1${'0'.repeat(k)}`;

/**
 * JPEG-LS of 16 bits, one column of three colours by sample, whose errors of interrupted runs are ever larger: A of the
 * run mode (A.7.2) exceeds 2³⁰, and CharLS doubles N until it is A at least, which is never.
 */
export function growingErrors(rows: number): Uint8Array {
  const runs = [
    `0${golomb(40, 10)}${golomb(40, 14)}${golomb(45, 17)}`,
    `0${golomb(45, 20)}${golomb(45, 23)}${golomb(31, 26)}`,
    `0${golomb(5, 28)}${golomb(0, 30)}`,
  ];
  // A pixel that differs from that above is followed by one without a run, which stays as it is.
  const regular = [
    `${golomb(0, 10)}${golomb(0, 9)}${golomb(0, 9)}`,
    `${golomb(0, 8)}${golomb(0, 10)}${golomb(0, 9)}`,
  ];
  const bits = [runs[0], regular[0], runs[1], regular[1], runs[2], '0'.repeat(64)].join('');
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...marker(0xf7, 16, ...sixteen(rows, 1), 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0),
    ...marker(0xda, 3, 1, 0, 2, 0, 3, 0, 0, 2, 0),
    ...stuffed(bits),
    ...[0xff, 0xd9],
  ]);
}

/** JPEG-LS of one component of `side` × `side` of 12 bits, with preset coding parameters (id 1). */
export function presetJpegLs(side: number, reset: number, bytes: readonly number[]): Uint8Array {
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...marker(0xf7, 12, ...sixteen(side, side), 1, 1, 0x11, 0),
    ...marker(0xf8, 1, ...sixteen(4095, 0, 0, 0, reset)),
    ...marker(0xda, 1, 1, 0, 0, 0, 0),
    ...bytes,
  ]);
}
