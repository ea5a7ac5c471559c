import assert from 'node:assert/strict';
import { mutations, survives, survivesMutations } from './mutations';

const file = Uint8Array.from({ length: 2000 }, (_, index) => index % 251);
const mutation = { bytes: file, name: 'case' };

describe('hostile/mutations', () => {
  it('are the same for a seed, others for another, and leave the file as it is', () => {
    const digest = (seed: number) =>
      [...mutations(file, { seed, count: 50 })].map(({ bytes, name }) => [
        name,
        Buffer.from(bytes).toString('hex'),
      ]);
    const copy = file.slice();
    assert.deepEqual(digest(1), digest(1));
    assert.notDeepEqual(digest(1), digest(2));
    assert.deepEqual(file, copy);
  });

  it('differ from the file, nearly all, and some are shorter, some longer', () => {
    const all = [...mutations(file, { seed: 3, count: 300 })];
    assert.ok(all.filter(({ bytes }) => Buffer.compare(bytes, file) === 0).length < 30);
    assert.ok(all.some(({ bytes }) => bytes.length < file.length));
    assert.ok(all.some(({ bytes }) => bytes.length > file.length));
  });

  it('can be made of an empty file', () => {
    assert.equal([...mutations(new Uint8Array(), { seed: 1, count: 100 })].length, 100);
  });

  it('catch a reader that trusts lengths, and one that reads undefined fields', async () => {
    await assert.rejects(
      survives(() => new Uint8Array(-1), mutation),
      /Invalid typed array length/,
    );
    const absent = undefined as unknown as { field: number };
    await assert.rejects(
      survives(() => absent.field, mutation),
      /case: TypeError/,
    );
    const trusting = (bytes: Uint8Array) =>
      new Float64Array(new DataView(bytes.buffer).getUint32(4) * 2 ** 20);
    await assert.rejects(survivesMutations(trusting, [file], { seed: 1, count: 200 }));
  });

  it('catch an allocation and an error without the message asked for', async () => {
    await assert.rejects(
      survives(() => new Uint8Array(2 ** 21).fill(1), mutation, { allocation: 2 ** 20 }),
      /case: allocated \d+ bytes/,
    );
    const refuse = () => {
      throw new Error('no');
    };
    await assert.rejects(survives(refuse, mutation, { message: /got .*; expected/ }), /case: Error: no/);
    assert.match(String(await survives(refuse, mutation)), /Error: no/);
  });

  it('count what was read and refused', async () => {
    const picky = (bytes: Uint8Array) => {
      if (bytes.length !== file.length) throw new Error('length');
    };
    const { read, refused } = await survivesMutations(picky, [file, file], { seed: 4, count: 100 });
    assert.equal(read + refused, 100);
    assert.ok(read > 20 && refused > 20);
  });
});
