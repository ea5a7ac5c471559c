import assert from 'node:assert/strict';
import { visibleResults } from '../../lib/check/check';
import type { Answers, ExerciseName } from '../../lib/check/exercises';
import * as blocks from '../../lib/nn/blocks';
import { chain, FeatureMap } from '../../lib/nn/layers';
import { BasicUNet, BasicUNetOptions } from '../../lib/nn/models/basic-unet';
import * as paths from '../../lib/nn/paths';
import { tf } from '../../lib/runtime';

type Failed = Promise<string[]>;

const SEED = 7;

async function failed<Name extends ExerciseName>(exercise: Name, answer: Answers[Name]): Failed {
  const results = await visibleResults(exercise, answer, SEED);
  return results.filter(({ credit }) => credit < 1).map(({ title }) => title);
}

/** The library's class with another `apply`. */
const withApply = <T extends new (...args: never[]) => { apply: (...args: never[]) => unknown }>(
  Block: T,
  apply: (original: (...args: FeatureMap[]) => never, ...maps: FeatureMap[]) => unknown,
): T =>
  class extends (Block as unknown as new (...args: unknown[]) => {
    apply(...maps: FeatureMap[]): never;
  }) {
    override apply(...maps: FeatureMap[]): never {
      return apply((...args) => super.apply(...args), ...maps) as never;
    }
  } as unknown as T;

const { InputBlock, DownsamplingBlock, BottleneckBlock, UpsamplingBlock, OutputBlock } = blocks;
const right = { InputBlock, DownsamplingBlock, BottleneckBlock, UpsamplingBlock, OutputBlock };

describe('check 8.1', () => {
  it("passes the library's own blocks", async () => {
    assert.deepEqual(await failed('8.1', right), []);
  });

  const wrong: [string, Partial<Answers['8.1']>, RegExp][] = [
    [
      'a sigmoid after the logits',
      {
        OutputBlock: withApply(OutputBlock, (apply, ...maps) =>
          tf.layers.activation({ activation: 'sigmoid' }).apply(apply(...maps)),
        ),
      },
      /ends without an activation/,
    ],
    [
      'a ReLU after the logits',
      { OutputBlock: withApply(OutputBlock, (apply, ...maps) => tf.layers.reLU().apply(apply(...maps))) },
      /ends without an activation/,
    ],
    [
      'a skip taken before the convolutions',
      {
        DownsamplingBlock: withApply(DownsamplingBlock, (apply, x) => ({ ...(apply(x) as object), skip: x })),
      },
      /its skip has the new channels/,
    ],
    [
      'no normalisation',
      {
        InputBlock: class extends InputBlock {
          constructor(options: blocks.ChannelOptions) {
            super({ ...options, normalization: 'none' });
          }
        },
      },
      /parameters of two convolutions/,
    ],
    [
      'a fixed number of convolutions',
      {
        InputBlock: class extends InputBlock {
          constructor(options: blocks.ChannelOptions) {
            super({ ...options, numConvolutions: 2 });
          }
        },
      },
      /numConvolutions sets/,
    ],
    [
      'another activation',
      {
        InputBlock: class extends InputBlock {
          constructor(options: blocks.ChannelOptions) {
            super({ ...options, activation: 'elu' });
          }
        },
      },
      /ends in ReLU/,
    ],
    [
      'a skip that is ignored',
      { UpsamplingBlock: withApply(UpsamplingBlock, (apply, x) => apply(x, x)) },
      /uses the skip/,
    ],
    [
      'average pooling',
      {
        DownsamplingBlock: class extends DownsamplingBlock {
          readonly average = tf.layers.averagePooling2d({ poolSize: 2 });
          readonly back = tf.layers.upSampling2d({});
          override apply(x: FeatureMap) {
            return super.apply(chain([this.average, this.back], x));
          }
        },
      },
      /pools by the maximum/,
    ],
    [
      'channels that are not halved',
      {
        BottleneckBlock: class extends BottleneckBlock {
          constructor(options: blocks.ChannelOptions) {
            super({ ...options, outputChannels: 2 * options.outputChannels });
          }
        },
      },
      /half its channels/,
    ],
  ];
  for (const [mistake, part, title] of wrong) {
    it(`finds ${mistake}`, async () => {
      const titles = await failed('8.1', { ...right, ...part });
      assert.ok(
        titles.some((each) => title.test(each)),
        `failed: ${titles.join('; ') || 'none'}`,
      );
    });
  }

  it('reports an error of the student as the result of its case', async () => {
    const broken = withApply(BottleneckBlock, () => {
      throw new Error('not written yet');
    });
    const results = await visibleResults('8.1', { ...right, BottleneckBlock: broken }, SEED);
    const errors = results.filter(({ got }) => got === 'Error: not written yet');
    assert.equal(errors.length, 2);
    assert.equal(results.filter(({ credit }) => credit === 1).length, results.length - 2);
  });

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    await visibleResults('8.1', right, SEED);
    await visibleResults('8.3', { BasicUNet }, SEED);
    assert.equal(tf.memory().numTensors, before);
  });

  it('asks for the class where something else is given', async () => {
    await assert.rejects(
      failed('8.1', { ...right, InputBlock: 3 as never }),
      /got number for InputBlock; expected the class/,
    );
    await assert.rejects(
      failed('8.2', {} as never),
      /got undefined for DownsamplingPath; expected the class/,
    );
    await assert.rejects(
      failed('9.9' as '8.1', right),
      /got exercise '9\.9'; expected one of 8\.1, 8\.2, 8\.3/,
    );
  });
});

describe('check 8.2', () => {
  const { DownsamplingPath, UpsamplingPath } = paths;

  it("passes the library's own paths", async () => {
    assert.deepEqual(await failed('8.2', { DownsamplingPath, UpsamplingPath }), []);
  });

  it('finds skips in the wrong order', async () => {
    class Reversed extends DownsamplingPath {
      override apply(x: FeatureMap) {
        const { output, skips } = super.apply(x);
        return { output, skips: skips.reverse() };
      }
    }
    const titles = await failed('8.2', { DownsamplingPath: Reversed, UpsamplingPath });
    assert.ok(titles.some((title) => /largest first/.test(title)));
  });

  it('finds one block too many', async () => {
    class Deeper extends DownsamplingPath {
      constructor(options: paths.DownsamplingPathOptions) {
        super({ ...options, numBlocks: (options.numBlocks ?? 2) + 1 });
      }
    }
    assert.ok((await failed('8.2', { DownsamplingPath: Deeper, UpsamplingPath })).length >= 2);
  });
});

describe('check 8.3', () => {
  it("passes the library's own network", async () => {
    assert.deepEqual(await failed('8.3', { BasicUNet }), []);
  });

  const variant = (change: (options: BasicUNetOptions) => BasicUNetOptions) =>
    class extends BasicUNet {
      constructor(options: BasicUNetOptions = {}) {
        super(change(options));
      }
    };

  it('finds a network that is too deep', async () => {
    const titles = await failed('8.3', { BasicUNet: variant((options) => ({ ...options, numBlocks: 3 })) });
    assert.ok(titles.some((title) => /1,864,641/.test(title)));
    assert.ok(titles.some((title) => /only those/.test(title)));
  });

  it('finds weights of another initialisation', async () => {
    class Glorot extends BasicUNet {
      constructor(options: BasicUNetOptions = {}) {
        super(options);
        const glorot = tf.initializers.glorotUniform({ seed: 1 });
        for (const layer of this.layers) {
          const [kernel, ...others] = layer.getWeights();
          if (kernel?.rank === 4) layer.setWeights([glorot.apply(kernel.shape), ...others]);
        }
      }
    }
    assert.deepEqual(await failed('8.3', { BasicUNet: Glorot }), [
      'Kernels start from He’s normal distribution by fan-out',
    ]);
  });
});
