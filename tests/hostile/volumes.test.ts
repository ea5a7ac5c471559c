import { gzipSync } from 'node:zlib';
import { niftiHeaderBytes } from '../../lib/io/nifti-write';
import { testKnownFiles } from './known-files';

/** A volume of bytes that says it has 400 × 400 × 400 voxels. */
function claimed(version: 1 | 2): Buffer {
  const volume = {
    data: new Uint8Array(1),
    shape: [1, 1, 1],
    channels: 1,
    affine: [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1],
  } as const;
  const header = Buffer.from(niftiHeaderBytes(volume, { version }));
  for (let axis = 1; axis <= 3; axis++) {
    if (version === 1) header.writeInt16LE(400, 40 + 2 * axis);
    else header.writeBigInt64LE(400n, 16 + 8 * axis);
  }
  return header;
}

/** The size that a gzip file states of itself, at its end, replaced. */
function withStatedSize(packed: Uint8Array, size: number): Uint8Array {
  const bytes = Buffer.from(packed);
  bytes.writeUInt32LE(size, bytes.length - 4);
  return bytes;
}

const bomb = gzipSync(Buffer.concat([claimed(1), new Uint8Array(2 ** 20)]));

describe('hostile/nifti', () => {
  testKnownFiles('nifti', [
    [
      'a header that claims what the file does not have',
      Buffer.concat([claimed(2), new Uint8Array(100)]),
      /voxels: got a file of 644 bytes; expected 64000544: 400 × 400 × 400 voxels/,
    ],
    [
      'the same in gzip, which could not hold it',
      gzipSync(claimed(1)),
      /voxels: got a gzip file that can hold \d+ bytes at most; expected 64000352/,
    ],
    [
      'a bomb that states a small size: 1 MiB in 1 KiB',
      withStatedSize(bomb, 400),
      /got (incorrect length check|a gzip file that can hold)/,
    ],
  ]);
});
