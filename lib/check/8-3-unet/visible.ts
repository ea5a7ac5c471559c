import { Case, defineCase, integer, mustEqual, pick } from '../case';
import { judgeGradients } from '../networks/judge-gradients';
import { judgeInitialWeights } from '../networks/judge-initial-weights';
import { judgeReach } from '../networks/judge-reach';
import type { UNetInput } from './probes';

export const visibleUNetCases: readonly Case[] = [
  defineCase({
    title: 'BasicUNet has 1,864,641 trainable parameters for one channel, base 64 and two blocks',
    points: 2,
    probe: 'parameters',
    input: (): UNetInput => ({ options: { inputChannels: 1 }, sizes: [] }),
    expected: () => 1_864_641,
    judge: mustEqual('Compare model.summary() with the table above, layer by layer.'),
  }),
  defineCase({
    title: 'It takes images of any size that two poolings divide',
    points: 2,
    probe: 'shapes',
    input: (random): UNetInput => ({
      options: { inputChannels: 1, baseChannels: 4, numClasses: integer(random, 2, 4) },
      sizes: [
        [16, 16],
        [4 * integer(random, 3, 6), 4 * integer(random, 7, 10)],
      ],
    }),
    expected: ({ options, sizes }) => sizes.map((size) => [1, ...size, options.numClasses!]),
    judge: mustEqual('Leave height and width open: tf.input({ shape: [null, null, inputChannels] }).'),
  }),
  defineCase({
    title: 'Kernels start from He’s normal distribution by fan-out',
    points: 1,
    probe: 'initialWeights',
    input: (): UNetInput => ({ options: { inputChannels: 1, baseChannels: 32 }, sizes: [] }),
    expected: () => null,
    judge: (evidence) => judgeInitialWeights(evidence, ['kernel']),
  }),
  defineCase({
    title: 'A point in the image reaches the logits around it, and only those',
    points: 1,
    probe: 'reach',
    input: (random): UNetInput => ({
      options: { inputChannels: 1, baseChannels: 8, normalization: 'none', activation: 'elu' },
      sizes: [[96, 64]],
      seed: integer(random, 1, 1e6),
    }),
    // Below: two poolings and their convolutions reach at least this far. Above: no further than this.
    expected: () => ({ least: 12, most: 24 }),
    judge: judgeReach,
  }),
  defineCase({
    title: 'The gradient reaches every weight',
    points: 1,
    probe: 'gradients',
    input: (random): UNetInput => ({
      options: { inputChannels: pick(random, [1, 3]), baseChannels: 8, activation: 'elu' },
      sizes: [[16, 16]],
      batch: 2,
      seed: integer(random, 1, 1e6),
    }),
    expected: () => null,
    judge: judgeGradients,
  }),
];
