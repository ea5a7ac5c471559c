import assert from 'node:assert/strict';
import { DISPLAY } from '../../lib/display/bundle';
import { unetDiagram } from '../../lib/display/unet-diagram';
import { layoutUNet } from '../../lib/display/unet-layout';
import { renderSvg } from './helpers';

const layout = (numBlocks: number) =>
  layoutUNet({ inputChannels: 1, baseChannels: 64, numBlocks, numClasses: 1, height: 512, width: 512 });

describe('display/unet-diagram', () => {
  it("shows the maps of the course's U-Net, base 64 and two blocks", () => {
    const maps = layout(2).boxes.map(({ kind, channels, level }) => `${kind} ${channels} @${level}`);
    assert.deepEqual(maps, [
      'input 1 @0',
      'convolution 64 @0',
      'convolution 64 @0',
      'pooled 64 @1',
      'convolution 128 @1',
      'convolution 128 @1',
      'pooled 128 @2',
      'convolution 256 @2',
      'convolution 256 @2',
      'upsampled 128 @1',
      'copied 128 @1',
      'convolution 128 @1',
      'convolution 128 @1',
      'upsampled 64 @0',
      'copied 64 @0',
      'convolution 64 @0',
      'convolution 64 @0',
      'output 1 @0',
    ]);
  });

  for (const depth of [1, 2, 3, 4, 5]) {
    it(`keeps every box and arrow apart and on the page at depth ${depth}`, () => {
      const { boxes, arrows, width } = layout(depth);
      for (const box of boxes) {
        assert.ok(box.x - box.width / 2 > 0 && box.x + box.width / 2 < width);
        for (const other of boxes) {
          if (other === box) continue;
          const across = Math.abs(box.x - other.x) - (box.width + other.width) / 2;
          const along = Math.abs(box.y - other.y) - (box.height + other.height) / 2;
          assert.ok(across > -1e-9 || along > 0, `${box.kind} and ${other.kind} overlap`);
        }
      }
      for (const { from, to } of arrows) assert.ok(Math.hypot(to[0] - from[0], to[1] - from[1]) >= 4);
      const count = (operation: string) => arrows.filter((arrow) => arrow.operation === operation).length;
      assert.equal(count('convolution'), 2 * (2 * depth + 1));
      for (const operation of ['pooling', 'transposed', 'skip']) assert.equal(count(operation), depth);
    });
  }

  it('mirrors the two sides', () => {
    const { boxes } = layout(3);
    const centre = boxes.find(({ kind, level }) => kind === 'convolution' && level === 3)!.x;
    const firstOf = (level: number) => boxes.find((box) => box.level === level)!;
    for (const level of [0, 1, 2]) {
      const last = boxes.filter((box) => box.level === level && box.kind === 'convolution').at(-1)!;
      assert.ok(Math.abs(centre - firstOf(level).x - (last.x - centre)) < 1e-9);
    }
  });

  it('is a well-formed picture with a title, a description and its own background', async () => {
    const diagram = unetDiagram({ inputChannels: 1, numBlocks: 2, inputSize: [128, 96], numClasses: 2 });
    assert.match(
      diagram.svg,
      /<title>U-Net with 2 levels of pooling, 64 to 256 channels, input 128 × 96 × 1/,
    );
    assert.match(
      diagram.svg,
      /<desc>Left, going down: 64 channels at 128 × 96; 128 channels at 64 × 48; 256/,
    );
    assert.match(diagram.svg, /fill="#ffffff"/);
    assert.equal((await renderSvg(diagram.svg)).width, 960);
    const bundle = await diagram[DISPLAY]();
    assert.equal(bundle.data['image/svg+xml'], diagram.svg);
  });

  it('refuses sizes that cannot be halved', () => {
    assert.throws(
      () => unetDiagram({ numBlocks: 4, inputSize: 500 }),
      /input of 500 × 500; expected multiples of 16 \(4 poolings\), such as 512 × 512/,
    );
    assert.throws(() => unetDiagram({ baseChannels: 0 }), /got baseChannels 0; expected a positive integer/);
    assert.throws(() => unetDiagram({ numBlocks: 6, inputSize: 64 }), /expected 1 to 5/);
  });
});
