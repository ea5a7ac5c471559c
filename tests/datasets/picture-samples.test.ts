import assert from 'node:assert/strict';
import { squareOf, toUnit, withChannels } from '../../lib/datasets/picture-samples';

describe('datasets/picture-samples', () => {
  it('turns colours to gray as Pillow does', () => {
    // Pillow 11: Image.new('RGB', …).convert('L') of these pixels.
    const pixels: [number[], number][] = [
      [[255, 255, 255], 255],
      [[255, 0, 0], 76],
      [[0, 255, 0], 150],
      [[0, 0, 255], 29],
      [[12, 200, 77], 130],
    ];
    const data = Uint8Array.from(pixels.flatMap(([colour]) => colour));
    const gray = withChannels({ data, shape: [1, 5], channels: 3 }, 1);
    assert.deepEqual(
      [...gray.data],
      pixels.map(([, value]) => value),
    );
    assert.equal(gray.channels, 1);
  });

  it('repeats gray, and leaves alpha out', () => {
    const gray = { data: Uint8Array.of(7, 255, 9, 0), shape: [1, 2], channels: 2 };
    assert.deepEqual([...withChannels(gray, 3).data], [7, 7, 7, 9, 9, 9]);
    assert.deepEqual([...withChannels(gray, 1).data], [7, 9]);
    const colour = { data: Uint8Array.of(1, 2, 3, 255), shape: [1, 1], channels: 4 };
    assert.deepEqual([...withChannels(colour, 3).data], [1, 2, 3]);
  });

  it('scales by the range of the type', () => {
    const sixteen = { data: Uint16Array.of(0, 65535), shape: [1, 2], channels: 1 };
    assert.deepEqual([...toUnit(sixteen).data], [0, 1]);
    assert.deepEqual([...toUnit({ ...sixteen, data: Uint8Array.of(51, 255) }).data], [Math.fround(0.2), 1]);
  });

  it('cuts the middle square and resizes it channel by channel', () => {
    // Columns 0…3 of two rows; the middle square is columns 1 and 2.
    const data = Uint8Array.from([0, 1, 2, 3, 10, 11, 12, 13].flatMap((value) => [value, 100 + value]));
    const square = squareOf({ data, shape: [2, 4], channels: 2 }, 4, 'nearest');
    assert.deepEqual(square.shape, [4, 4]);
    const row = (values: number[]) => values.flatMap((value) => [value, 100 + value]);
    const [top, bottom] = [row([1, 1, 2, 2]), row([11, 11, 12, 12])];
    assert.deepEqual([...square.data], [...top, ...top, ...bottom, ...bottom]);
    assert.deepEqual(
      [...squareOf({ data, shape: [2, 4], channels: 2 }, 2, 'bilinear').data],
      [...row([1, 2]), ...row([11, 12])],
    );
  });
});
