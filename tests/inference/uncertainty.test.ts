import assert from 'node:assert';
import { type Image, tf, uncertainty, type Uncertainty } from '../../lib';
import { golden } from '../golden';
import { hashed } from '../nn/hashed';
import { largestDifference } from './small-network';

const goldens = golden<{
  uncertainty: (Record<keyof Uncertainty, number[]> & { number: number; members: number; classes: number })[];
}>('inference-calibration');

const image = (data: number[] | Float32Array, channels: number, shape = [data.length / channels, 1]) => ({
  data: Float32Array.from(data),
  shape,
  channels,
});

/** The members of a golden, [4, 6] places each. */
function* membersOf(number: number, members: number, classes: number): Generator<Image<Float32Array>> {
  const logits = hashed(number, members * 24 * classes, 4);
  for (let member = 0; member < members; member++) {
    const part = logits.subarray(member * 24 * classes, (member + 1) * 24 * classes);
    const data = tf.tidy(() => {
      const values = tf.tensor2d(part, [24, classes]);
      return (classes === 1 ? tf.sigmoid(values) : tf.softmax(values)).dataSync<'float32'>();
    });
    yield image(data, classes, [4, 6]);
  }
}

describe('uncertainty', () => {
  for (const { number, members, classes, ...maps } of goldens.uncertainty) {
    it(`equals SciPy's entropies and NumPy's variance: ${members} members, ${classes} channel(s)`, async () => {
      const got = await uncertainty(membersOf(number, members, classes));
      for (const name of ['mean', 'entropy', 'mutualInformation', 'variance'] as const) {
        const { data, shape, channels } = got[name];
        assert.ok(largestDifference(data, maps[name]) < 2e-6, name);
        assert.deepStrictEqual([shape, channels], [[4, 6], name === 'mean' ? classes : 1]);
      }
    });
  }

  it('tells doubt that members share from doubt in which they differ', async () => {
    // place 0: all undecided; place 1: each sure, of another class
    const [shared, differing] = [
      [0.5, 0.5, 1, 0],
      [0.5, 0.5, 0, 1],
    ].map((data) => image(data, 2));
    const { entropy, mutualInformation, variance } = await uncertainty([shared, differing]);
    assert.ok(largestDifference(entropy.data, [Math.LN2, Math.LN2]) < 1e-6);
    assert.ok(largestDifference(mutualInformation.data, [0, Math.LN2]) < 1e-6);
    assert.ok(largestDifference(variance.data, [0, 0.25]) < 1e-6);
  });

  it('is exactly 0 in variance and information where members are equal, and keeps them as they were', async () => {
    const member = image([0.1, 0.7, 0.3, 1], 1);
    const { mean, variance, mutualInformation } = await uncertainty([member, member, member]);
    assert.deepStrictEqual(mean.data, member.data);
    assert.deepStrictEqual([...variance.data], [0, 0, 0, 0]);
    assert.ok(largestDifference(mutualInformation.data, [0, 0, 0, 0]) < 1e-6);
    assert.deepStrictEqual(member, image([0.1, 0.7, 0.3, 1], 1));
  });

  it('takes members one by one as they are made, and stops at a signal', async () => {
    const stop = new AbortController();
    let made = 0;
    async function* members() {
      for (; made < 5; made++) {
        if (made === 2) stop.abort(new Error('enough'));
        yield Promise.resolve(image([0.5], 1));
      }
    }
    await assert.rejects(uncertainty(members(), { signal: stop.signal }), /enough/);
    assert.strictEqual(made, 2);
  });

  it('refuses a lone member, members that differ in size, and logits', async () => {
    const refused: [Image<Float32Array>[], RegExp][] = [
      [[], /got 0 members/],
      [[image([0.5], 1)], /got 1 members/],
      [
        [image([0.5, 0.5], 1), image([0.5, 0.5], 2)],
        /members of \[2, 1\], 1 channels, and of \[1, 1\], 2 channels/,
      ],
      [[image([0.5], 1), image([-2], 1)], /got probability -2 of member 1/],
      [[image([NaN], 1)], /got probability NaN of member 0/],
    ];
    for (const [members, message] of refused) {
      await assert.rejects(
        uncertainty(members),
        (error) => error instanceof RangeError && message.test(error.message),
      );
    }
  });
});
