import assert from 'node:assert/strict';
import sharp from 'sharp';
import { objectMasks } from '../../lib/annotate/object-masks';
import { showPrompted } from '../../lib/annotate/prompted-pictures';
import { inNotebook } from '../display/helpers';
import { squares } from './squares';

describe('objectMasks', () => {
  it('gives each object a mask, in the order of the labels, without crumbs', () => {
    const labels = { data: Uint16Array.of(0, 700, 700, 2, 2, 1), shape: [2, 3], channels: 1 };
    assert.deepEqual(
      objectMasks(labels, 2).map(({ data }) => [...data]),
      [
        [0, 0, 0, 1, 1, 0],
        [0, 1, 1, 0, 0, 0],
      ],
    );
    assert.equal(objectMasks(labels).length, 3);
    assert.throws(() => objectMasks({ ...labels, channels: 3 }), /got 3 channels; expected 1/);
  });
});

describe('showPrompted', () => {
  const image = squares([20, 30], [8, 8]);

  it('draws masks, clicks and boxes where they are, and says so', async () => {
    const mask = { ...image, data: Uint8Array.from(image.data, (value) => (value > 100 ? 7 : 0)) };
    const points = [
      { row: 3, column: 24 },
      { row: 15, column: 4, label: 'negative' as const },
    ];
    const box = { top: 6, left: 6, bottom: 12, right: 12 };
    const [{ bundle }] = await inNotebook(() =>
      showPrompted([{ title: 'one', image, mask, points, box }], { columns: 2 }),
    );
    const html = String(bundle.data['text/html']);
    assert.match(html, /alt="one, 2 clicks and a box, mask on 1\.5 % of it"/);
    const png = Buffer.from(/base64,([^"]+)"/.exec(html)![1], 'base64');
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    const scale = info.width / 30;
    assert.equal(info.height, 20 * scale);
    const at = (row: number, column: number) => {
      const [down, across] = [row, column].map((place) => Math.round((place + 0.5) * scale));
      return [...data.subarray(3 * (down * info.width + across), 3 * (down * info.width + across) + 3)];
    };
    assert.deepEqual(at(0, 0), [40, 40, 40]);
    assert.deepEqual(at(8, 8), [230, 159, 0]);
    const inner = at(9, 9);
    assert.ok(inner[0] > inner[2] && inner[2] > 40, `${inner.join(', ')} is the image through the mask`);
    // Beside the signs, which are white.
    const ring = 4 / scale;
    assert.deepEqual(at(3 + ring, 24 + ring), [0, 102, 76]);
    assert.deepEqual(at(15 + ring, 4 + ring), [179, 38, 30]);
    assert.deepEqual(at(5.5, 9), [255, 255, 255]);
  });

  it('refuses a mask of another size', async () => {
    const mask = squares([20, 20], [0, 0]);
    await assert.rejects(
      showPrompted([{ title: 'one', image, mask }]),
      /got a mask of 20 × 20 for 'one'; expected the image's 20 × 30/,
    );
  });
});
