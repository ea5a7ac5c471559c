import assert from 'node:assert/strict';
import { transposeAxes } from '../../../lib/transforms/spatial/transpose';

describe('transposeAxes', () => {
  const shape = [2, 3, 4];
  const volume = { data: Int16Array.from({ length: 48 }, (_, at) => at), shape, channels: 2 };

  for (const order of [
    [1, 2, 0],
    [2, 0, 1],
    [0, 2, 1],
  ]) {
    it(`puts axis ${order.join(', ')} of a volume in its place`, () => {
      const { data, shape: turned, channels } = transposeAxes(volume, order);
      assert.deepEqual([turned, channels], [order.map((axis) => shape[axis]), 2]);
      data.forEach((value, index) => {
        const place = Math.floor(index / 2);
        const at = [
          Math.floor(place / (turned[1] * turned[2])),
          Math.floor(place / turned[2]) % turned[1],
          place % turned[2],
        ];
        const from = [0, 0, 0];
        order.forEach((axis, position) => (from[axis] = at[position]));
        assert.equal(value, ((from[0] * 3 + from[1]) * 4 + from[2]) * 2 + (index % 2));
      });
      const back = [0, 1, 2].map((axis) => order.indexOf(axis));
      assert.deepEqual(transposeAxes({ data, shape: turned, channels }, back), volume);
    });
  }

  it('turns pictures, too, and leaves what is in order', () => {
    const picture = { data: Uint8Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3], channels: 1 };
    assert.deepEqual([...transposeAxes(picture, [1, 0]).data], [1, 4, 2, 5, 3, 6]);
    assert.equal(transposeAxes(picture, [0, 1]).data, picture.data);
  });

  it('refuses an order that does not name each axis once', () => {
    assert.throws(
      () => transposeAxes(volume, [0, 0, 1]),
      /got order \[0, 0, 1\]; expected each of 0, 1, 2 once/,
    );
    assert.throws(() => transposeAxes(volume, [0, 1]), /expected each of 0, 1, 2 once/);
  });
});
