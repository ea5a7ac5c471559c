import assert from 'node:assert/strict';
import { describe as describePlain, equals, field, Plain } from '../../lib/check/plain';

function nested(depth: number): Plain {
  let value: Plain = 1;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

describe('check/plain', () => {
  it('compares by type, length and value', () => {
    const trusted = { shape: [1, 2], values: Float32Array.of(1, 2) };
    assert.ok(equals({ values: Float32Array.of(1, 2), shape: [1, 2] }, trusted));
    const others: Plain[] = [
      null,
      { ...trusted, more: 1 },
      { shape: [1, 2] },
      { ...trusted, shape: [1, '2'] },
      { ...trusted, shape: [1, 2, 3] },
      { ...trusted, values: Int32Array.of(1, 2) },
      { ...trusted, values: [1, 2] },
      { ...trusted, values: Float32Array.of(1, NaN) },
    ];
    for (const other of others) assert.ok(!equals(other, trusted), describePlain(other));
    assert.ok(!equals(NaN, NaN), 'NaN is no proof of anything');
  });

  it('survives evidence of any depth and length', () => {
    const deep = nested(100_000);
    assert.ok(!equals(deep, [[1]]));
    assert.equal(describePlain(deep), '[[[[…]]]]');
    assert.ok(describePlain('x'.repeat(1e6)).length <= 120);
    assert.ok(describePlain(new Float32Array(1e6)).length <= 120);
    assert.ok(describePlain({ ['k'.repeat(1e5)]: new Array<number>(1e5).fill(1) }).length <= 120);
  });

  it('takes only fields of an object’s own', () => {
    assert.equal(field({ size: 1 }, 'constructor'), undefined);
    assert.equal(field([1], 'length'), undefined);
    assert.equal(field({ size: 1 }, 'size'), 1);
  });
});
