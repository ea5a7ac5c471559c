import type { FeatureMap } from '../nn/layers';
import type { DownsamplingPathOptions, UpsamplingPathOptions } from '../nn/paths';
import { Case, defineCase, mustEqual } from './case';
import {
  convolutionParameters,
  modelOf,
  noise,
  shapesOf,
  trainableParameters,
  upsamplingParameters,
} from './probe';

/** The classes of exercise 8.2. */
export interface UNetPaths {
  DownsamplingPath: new (options: DownsamplingPathOptions) => {
    apply(x: FeatureMap): { output: FeatureMap; skips: FeatureMap[] };
  };
  UpsamplingPath: new (options: UpsamplingPathOptions) => {
    apply(x: FeatureMap, skips: FeatureMap[]): FeatureMap;
  };
}

const equal = defineCase<UNetPaths, unknown>;

export const pathCases: Case<UNetPaths>[] = [
  equal({
    title: 'DownsamplingPath hands over one skip a block, largest first',
    run({ DownsamplingPath }) {
      const path = new DownsamplingPath({ inputChannels: 1, baseChannels: 4, numBlocks: 3 });
      const { output, skips } = path.apply(noise([1, 32, 16, 1]));
      return shapesOf(...skips, output);
    },
    judge: mustEqual(
      [
        [1, 32, 16, 4],
        [1, 16, 8, 8],
        [1, 8, 4, 16],
        [1, 8, 4, 16],
      ],
      'An InputBlock, then numBlocks − 1 DownsamplingBlocks, channels doubling; the last pooling is the bottleneck’s.',
    ),
  }),
  equal({
    title: 'DownsamplingPath has the right parameters',
    run: ({ DownsamplingPath }) =>
      trainableParameters(
        modelOf(
          [[32, 32, 1]],
          (x) => new DownsamplingPath({ inputChannels: 1, baseChannels: 4, numBlocks: 3 }).apply(x).output,
        ),
      ),
    judge: mustEqual(
      convolutionParameters(1, 4) + convolutionParameters(4, 8) + convolutionParameters(8, 16),
      'Each block takes what the one before it gives: base, 2·base, 4·base …',
    ),
  }),
  equal({
    title: 'The two paths together come back to the size of the image',
    run({ DownsamplingPath, UpsamplingPath }) {
      const down = new DownsamplingPath({ inputChannels: 1, baseChannels: 4, numBlocks: 3 });
      const up = new UpsamplingPath({ baseChannels: 4, numBlocks: 3, numClasses: 2 });
      const { output, skips } = down.apply(noise([1, 32, 16, 1]));
      return shapesOf(up.apply(output, skips));
    },
    judge: mustEqual(
      [[1, 32, 16, 2]],
      'The skips come back in reverse: the last one first, skips[0] in the OutputBlock.',
    ),
  }),
  equal({
    title: 'UpsamplingPath has the right parameters',
    run: ({ UpsamplingPath }) =>
      trainableParameters(
        modelOf(
          [
            [8, 8, 8],
            [8, 8, 8],
            [16, 16, 4],
          ],
          (x, deep, shallow) =>
            new UpsamplingPath({ baseChannels: 4, numBlocks: 2, numClasses: 2 }).apply(x, [shallow, deep]),
        ),
      ),
    judge: mustEqual(
      convolutionParameters(8, 16) +
        upsamplingParameters(16, 8) +
        convolutionParameters(16, 8) +
        upsamplingParameters(8, 4) +
        convolutionParameters(8, 4) +
        (4 * 2 + 2),
      'A BottleneckBlock, numBlocks − 1 UpsamplingBlocks, an OutputBlock; concatenation doubles inputChannels.',
    ),
  }),
];
