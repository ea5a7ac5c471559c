import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bytesInMemory, GzipError, openBytes, type ByteSource } from '../../lib/io/gzip';

const content = Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * 2654435761) >>> 24);

async function read(source: ByteSource, position: number, length: number): Promise<Uint8Array> {
  const target = new Uint8Array(length);
  return target.subarray(0, await source.read(target, position));
}

describe('io/gzip', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'segcourse-'));
    await writeFile(join(folder, 'plain'), content);
    await writeFile(join(folder, 'packed'), gzipSync(content));
  });
  after(() => rm(folder, { recursive: true }));

  const sources: [string, () => Promise<ByteSource>][] = [
    ['a plain file', () => openBytes(join(folder, 'plain'))],
    ['a packed file', () => openBytes(join(folder, 'packed'))],
    ['plain bytes', async () => bytesInMemory(content)],
    ['packed bytes', async () => bytesInMemory(gzipSync(content))],
    [
      'packed bytes of two members',
      async () =>
        bytesInMemory(
          new Uint8Array(
            Buffer.concat([gzipSync(content.subarray(0, 1000)), gzipSync(content.subarray(1000))]),
          ),
        ),
    ],
  ];
  for (const [name, open] of sources) {
    it(`reads stretches of ${name}, over gaps and up to the end`, async () => {
      const source = await open();
      try {
        for (const [position, length] of [
          [0, 10],
          [10, 0],
          [10, 2_000_000],
          [2_500_000, 7],
          [2_999_990, 100],
          [4_000_000, 5],
        ]) {
          const got = await read(source, position, length);
          assert.deepEqual(Buffer.compare(got, content.subarray(position, position + length)), 0);
        }
        assert.ok(source.mostBytes >= content.length);
        assert.deepEqual(
          [
            await source.holds(content.length),
            await source.holds(content.length + 1),
            await source.holds(1e12),
          ],
          [true, false, false],
        );
        await source.finish();
      } finally {
        await source.close();
      }
    });
  }

  it('refuses to step back in packed bytes', async () => {
    const source = bytesInMemory(gzipSync(content));
    await read(source, 100, 10);
    await assert.rejects(read(source, 50, 10), /^RangeError: read: got position 50; expected 110 or later/);
    await source.close();
  });

  it('tells damage and where it is', async () => {
    const packed = gzipSync(content);
    const cut = bytesInMemory(packed.subarray(0, packed.length / 2));
    await assert.rejects(read(cut, 0, content.length), (error: Error) => {
      assert.ok(error instanceof GzipError);
      assert.ok(error.position > 0 && error.position < content.length);
      return /unexpected end of file/.test(error.message);
    });
    await cut.close();
    packed[packed.length - 6] ^= 1;
    const differs = bytesInMemory(packed);
    await assert.rejects(async () => {
      await read(differs, 0, content.length);
      await differs.finish();
    }, /incorrect data check/);
    await differs.close();
  });

  it('leaves a file closed when its reading was broken off', async () => {
    const source = await openBytes(join(folder, 'packed'));
    await read(source, 0, 10);
    await source.close();
    await assert.rejects(openBytes(join(folder, 'absent')), /ENOENT/);
  });
});
