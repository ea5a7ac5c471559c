import assert from 'node:assert/strict';
import sharp from 'sharp';
import { VOC_CLASSES } from '../../lib/datasets/voc-classes';
import { DISPLAY } from '../../lib/display/bundle';
import { segmentationVideo } from '../../lib/display/segmentation-video';

const [height, width] = [40, 60];
const shape = [height, width];
/** Gray, with a square of a class at the left. */
const frame = (label: number) => {
  const labels = new Uint8Array(height * width);
  for (let row = 10; row < 30; row++) labels.fill(label, row * width, row * width + 20);
  return {
    image: { data: new Uint8Array(3 * height * width).fill(200), shape, channels: 3 },
    labels: { data: labels, shape, channels: 1 },
  };
};

async function draw(frames: ReturnType<typeof frame>[], opacity?: number) {
  const { data } = await segmentationVideo(frames, { title: 'Street', opacity })[DISPLAY]();
  return { html: String(data['text/html']), svg: String(data['image/svg+xml']) };
}

describe('display/segmentationVideo', () => {
  it("shows the picture, the classes in VOC's colours, and both over each other", async () => {
    const { svg, html } = await draw([frame(15), frame(7)]);
    const { data, info } = await sharp(Buffer.from(svg))
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const total = info.width;
    assert.equal(total, 3 * width + 4 * 8);
    const at = (x: number, y: number) => [...data.subarray(4 * (y * total + x), 4 * (y * total + x) + 3)];
    const near = (got: number[], expected: number[]) =>
      assert.ok(
        got.every((value, channel) => Math.abs(value - expected[channel]) <= 4),
        `${got}, expected ${expected}`,
      );
    const [first, second, third, top] = [8, width + 16, 2 * width + 24, 24];
    near(at(first + 10, top + 20), [200, 200, 200]);
    near(at(second + 10, top + 20), [192, 128, 128]);
    near(at(second + 50, top + 20), [0, 0, 0]);
    near(at(third + 10, top + 20), [196, 164, 164]);
    near(at(third + 50, top + 20), [200, 200, 200]);
    assert.match(svg, /role="img" aria-label="Street: 0\.0 s: person 16\.7 %"/);
    assert.match(html, /0\.0 s: person 16\.7 %/);
    assert.match(html, /0\.1 s: car 16\.7 %/);
  });

  it('names all 21 classes, those of the frame in bold', async () => {
    const { svg } = await draw([frame(15), frame(15)]);
    const names = [...svg.matchAll(/<text [^>]*font-weight="(\d+)"[^>]*>(\w+)<\/text>/g)].map(
      ([, weight, name]) => [name, weight],
    );
    const legend = names.filter(([name]) => (VOC_CLASSES as readonly string[]).includes(name));
    assert.equal(legend.length, 21);
    assert.deepEqual(
      legend.filter(([, weight]) => weight === '700').map(([name]) => name),
      ['background', 'person'],
    );
  });

  it('refuses frames that do not fit', () => {
    const options = { title: 'Street' };
    assert.throws(() => segmentationVideo([frame(1)], options), /got 1 frame\(s\); expected at least 2/);
    assert.throws(
      () => segmentationVideo([frame(1), frame(21)], options),
      /frame 1: got label 21; expected 0 to 20/,
    );
    const other = { ...frame(1), labels: { data: new Uint8Array(4), shape: [2, 2], channels: 1 } };
    assert.throws(
      () => segmentationVideo([frame(1), other], options),
      /frame 1: got labels of 2 × 2 .*; expected 40 × 60 with 1/,
    );
    assert.throws(
      () => segmentationVideo([frame(1), frame(1)], { ...options, opacity: 2 }),
      /got an opacity of 2/,
    );
  });
});
