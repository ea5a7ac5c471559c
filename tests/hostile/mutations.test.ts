import assert from 'node:assert/strict';
import { FORMAT_NAMES, FORMATS } from './formats';
import { mutation } from './mutations';

const file = Uint8Array.from({ length: 2000 }, (_, index) => index % 251);
const some = (bytes: Uint8Array, seed: number, count: number) =>
  Array.from({ length: count }, (_, index) => mutation(bytes, { seed, index }));

describe('hostile/mutations', () => {
  it('are the same for a seed, others for another, and leave the file as it is', () => {
    const digest = (seed: number) =>
      some(file, seed, 50).map(({ bytes, name }) => [name, Buffer.from(bytes).toString('hex')]);
    const copy = file.slice();
    assert.deepEqual(digest(1), digest(1));
    assert.notDeepEqual(digest(1), digest(2));
    assert.deepEqual(file, copy);
  });

  it('differ from the file, nearly all, and some are shorter, some longer', () => {
    const all = some(file, 3, 300);
    assert.ok(all.filter(({ bytes }) => Buffer.compare(bytes, file) === 0).length < 30);
    assert.ok(all.some(({ bytes }) => bytes.length < file.length));
    assert.ok(all.some(({ bytes }) => bytes.length > file.length));
  });

  it('can be made of an empty file', () => assert.equal(some(new Uint8Array(), 1, 100).length, 100));

  for (const format of FORMAT_NAMES) {
    it(`change ${format} files by each damage that knows the format`, async function () {
      FORMATS[format].requires?.(this);
      const files = await FORMATS[format].files();
      for (const [name, damage] of Object.entries(FORMATS[format].damages)) {
        // Not all apply to each file, and a value may be replaced by itself.
        const changed = files.some((bytes) =>
          [0.1, 0.3, 0.5, 0.7, 0.9].some((value) => {
            const other = damage(Buffer.from(bytes), () => value);
            return Buffer.compare(other, bytes) !== 0;
          }),
        );
        assert.ok(changed, name);
      }
    });
  }
});
