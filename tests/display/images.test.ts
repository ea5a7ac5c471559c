import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { showImages } from '../../lib/display/images';
import { tf } from '../../lib/runtime';
import { decodeImages, inNotebook, printed, renderSvg } from './helpers';

const grey = (values: number[], height: number, width: number) => ({
  data: Float32Array.from(values),
  height,
  width,
});
const triple = (values: number[]) => values.flatMap((value) => [value, value, value]);

async function show(...args: Parameters<typeof showImages>) {
  const [output] = await inNotebook(() => showImages(...args));
  const data = output!.bundle.data as Record<string, string>;
  return { html: data['text/html']!, svg: data['image/svg+xml']!, text: data['text/plain']! };
}

describe('display/images', () => {
  it('stretches grey images from their common lowest to their common highest value', async () => {
    const { html, svg } = await show([grey([0, 1, 2, 3], 2, 2), grey([5, 4, 3, 2], 2, 2)]);
    const expected = [triple([0, 51, 102, 153]), triple([255, 204, 153, 102])];
    assert.deepEqual(
      (await decodeImages(html)).map((image) => image.pixels),
      expected,
    );
    assert.deepEqual(
      (await decodeImages(svg)).map((image) => image.pixels),
      expected,
    );
    assert.match(html, /Scale: 0 is black, 5 is white\./);
    await renderSvg(svg);
  });

  it('gives every image its own range on request, and states it', async () => {
    const { html } = await show([grey([0, 1], 1, 2), grey([10, 20], 1, 2)], { scale: 'each' });
    for (const { pixels } of await decodeImages(html)) assert.deepEqual(pixels, triple([0, 255]));
    assert.match(html, /0 to 1</);
    assert.match(html, /10 to 20</);
  });

  it("saturates outside a range of one's own", async () => {
    const { html } = await show(grey([-2, 0, 1, 2], 1, 4), { scale: [0, 1] });
    assert.deepEqual((await decodeImages(html))[0]!.pixels, triple([0, 0, 255, 255]));
  });

  it('draws bytes as they are, and all-zero and all-one masks black and white', async () => {
    const bytes = { data: Uint8Array.from([7, 200]), height: 1, width: 2 };
    assert.deepEqual((await decodeImages((await show(bytes)).html))[0]!.pixels, triple([7, 200]));
    const mask = async (value: number) =>
      (await decodeImages((await show(grey([value, value], 1, 2))).html))[0]!.pixels;
    assert.deepEqual(await mask(0), triple([0, 0]));
    assert.deepEqual(await mask(1), triple([255, 255]));
  });

  it('reads tensors [N, H, W, C], [H, W, C] and [H, W] and leaves none behind', async () => {
    const rgb = tf.tensor4d([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1], [2, 1, 2, 3]);
    const plain = tf.tensor2d([[0, 1]]);
    const single = tf.tensor3d([1, 0.2, 0], [1, 1, 3]);
    const before = tf.memory().numTensors;
    const [stack, flat, one] = [await show(rgb), await show(plain), await show(single)];
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual(
      (await decodeImages(stack.html)).map((image) => image.pixels),
      [
        [255, 0, 0, 0, 255, 0],
        [0, 0, 255, 255, 255, 255],
      ],
    );
    assert.deepEqual((await decodeImages(flat.html))[0]!.pixels, triple([0, 255]));
    assert.deepEqual((await decodeImages(one.html))[0]!.pixels, [255, 51, 0]);
    tf.dispose([rgb, plain, single]);
  });

  it('lays a filled mask over the image in the first colour of Okabe and Ito', async () => {
    const image = { data: Uint8Array.from([100, 100]), height: 1, width: 2 };
    const { html, svg } = await show(image, {
      overlays: [{ masks: grey([0, 1], 1, 2), label: 'membrane', opacity: 0.5 }],
    });
    // Orange is (230, 159, 0): half of it and half of 100.
    const expected = [100, 100, 100, 165, 130, 50];
    assert.deepEqual((await decodeImages(html))[0]!.pixels, expected);
    assert.deepEqual((await decodeImages(svg))[0]!.pixels, expected);
    assert.match(html, /background:#e69f00[^>]*><\/span>membrane/);
    assert.match(html, /alt="image 1, 1 × 2 pixels; membrane on 50\.0 % of it"/);
  });

  it('outlines a mask with its own outermost pixels', async () => {
    const inside = [0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0];
    const { html } = await show(grey(new Array<number>(25).fill(0), 5, 5), {
      overlays: [{ masks: grey(inside, 5, 5), label: 'cell', contour: true }],
    });
    const { pixels } = (await decodeImages(html))[0]!;
    const drawn = inside.map((_, pixel) => (pixels[pixel * 3] === 230 ? 1 : 0));
    assert.deepEqual(
      drawn,
      inside.map((value, pixel) => (pixel === 12 ? 0 : value)),
    );
  });

  it('draws a map of classes with one colour each', async () => {
    const { html } = await show(
      { data: Uint8Array.from([0, 0, 0]), height: 1, width: 3 },
      {
        overlays: [
          {
            masks: grey([0, 1, 2], 1, 3),
            label: ['dog', 'cat'],
            opacity: 1,
            colours: ['#010203', '#0a0b0c'],
          },
        ],
      },
    );
    assert.deepEqual((await decodeImages(html))[0]!.pixels, [0, 0, 0, 1, 2, 3, 10, 11, 12]);
  });

  it('draws probabilities in viridis over [0, 1] with a colour bar', async () => {
    const { html } = await show(grey([0, 0.5, 1], 1, 3), { colourMap: 'viridis' });
    const [image, bar] = await decodeImages(html);
    // The ends of matplotlib's viridis, and its middle (33, 145, 140) to within one step of its table.
    assert.deepEqual(image!.pixels.slice(0, 3), [0x44, 0x01, 0x54]);
    assert.deepEqual(image!.pixels.slice(6), [0xfd, 0xe7, 0x25]);
    [33, 145, 140].forEach((value, channel) => assert.ok(Math.abs(image!.pixels[3 + channel]! - value) <= 2));
    assert.equal(bar!.width, 256);
    assert.match(html, />0<\/span><img[^>]*><span>1</);
  });

  it('marks values that are not finite and says how many', async () => {
    const { html } = await show(grey([0, NaN, 1], 1, 3));
    assert.deepEqual((await decodeImages(html))[0]!.pixels, [0, 0, 0, 204, 121, 167, 255, 255, 255]);
    assert.match(html, /1 value is NaN or infinite/);
  });

  it('escapes every text in both layouts', async () => {
    const hostile = '<script>alert("x")</script>\u0000';
    const { html, svg } = await show(grey([0, 1], 1, 2), {
      title: hostile,
      titles: [hostile],
      alt: hostile,
      overlays: [{ masks: grey([0, 1], 1, 2), label: hostile }],
    });
    for (const markup of [html, svg]) {
      assert.doesNotMatch(markup, /<script|alert\("/);
      assert.match(markup, /&lt;script&gt;alert\(&quot;x&quot;\)/);
    }
    await renderSvg(svg);
  });

  it('enlarges by whole steps with hard pixel edges', async () => {
    const { html } = await show(tf.zeros([64, 64]), { zoom: 3 });
    assert.match(html, /width="192" height="192"[^>]*image-rendering:pixelated/);
  });

  it('prints one line in a plain script', async () => {
    const lines = await printed(() => showImages([grey([0], 1, 1), grey([1], 1, 1)], { title: 'Pair' }));
    assert.deepEqual(lines, ['[Pair: 2 images of 1 × 1 pixels]']);
  });

  it('says what is wrong with an input', async () => {
    await assert.rejects(
      showImages(tf.zeros([2, 8, 8, 5])),
      /got a tensor of shape \[2, 8, 8, 5\]; expected \[N, H/,
    );
    await assert.rejects(showImages([]), /got no image/);
    await assert.rejects(showImages(grey([1, 2, 3], 2, 2)), /got 3 values for 2 × 2 pixels/);
    await assert.rejects(showImages(grey([1], 1, 1), { titles: ['a', 'b'] }), /got 2 titles for 1 image/);
    await assert.rejects(showImages(grey([1], 1, 1), { scale: [1, 1] }), /low < high/);
    const overlays = [{ masks: grey([1, 0], 1, 2), label: 'cell' }];
    await assert.rejects(
      showImages(grey([1], 1, 1), { overlays }),
      /mask 0 "cell" is 1 × 2 × 1, its image 1 × 1/,
    );
  });

  it('loads neither sharp nor vega before something is drawn', () => {
    const code = `
      for (const name of ['images', 'chart', 'live-chart', 'table', 'unet-diagram']) require('./lib/display/' + name);
      process.stdout.write(String(Object.keys(require.cache).filter((file) => /node_modules.(sharp|vega|nodejs-polars)/.test(file)).length));`;
    assert.equal(
      execFileSync(process.execPath, ['-r', 'ts-node/register', '-e', code], { encoding: 'utf8' }),
      '0',
    );
  });
});
