import { Case, defineCase, integer, mustEqual, Random } from '../case';
import { convolutionParameters, upsamplingParameters } from '../networks/model';
import type { PathInput } from './probes';

const drawn =
  (path: PathInput['path'], numBlocks: number, numClasses?: number) =>
  (random: Random): PathInput => ({
    path,
    inputChannels: integer(random, 1, 3),
    baseChannels: 2 * integer(random, 2, 4),
    numBlocks,
    ...(numClasses === undefined ? {} : { numClasses }),
    size: [16 * integer(random, 1, 2), 8 * integer(random, 1, 2)],
  });

/** Parameters of the expanding half of two blocks. */
function upsamplingPathParameters(base: number, classes: number): number {
  return (
    convolutionParameters(2 * base, 4 * base) +
    upsamplingParameters(4 * base, 2 * base) +
    convolutionParameters(4 * base, 2 * base) +
    upsamplingParameters(2 * base, base) +
    convolutionParameters(2 * base, base) +
    (base * classes + classes)
  );
}

export const visiblePathCases: readonly Case[] = [
  defineCase({
    title: 'DownsamplingPath hands over one skip a block, largest first',
    points: 2,
    probe: 'shapes',
    input: drawn('down', 3),
    expected({ size, baseChannels }) {
      const skips = [0, 1, 2].map((level) => [
        1,
        ...size.map((side) => side / 2 ** level),
        baseChannels! * 2 ** level,
      ]);
      return [...skips, skips[2]];
    },
    judge: mustEqual(
      'An InputBlock, then numBlocks − 1 DownsamplingBlocks, channels doubling; the last pooling is the bottleneck’s.',
    ),
  }),
  defineCase({
    title: 'DownsamplingPath has the right parameters',
    points: 2,
    probe: 'parameters',
    input: drawn('down', 3),
    expected: ({ inputChannels, baseChannels }) =>
      convolutionParameters(inputChannels, baseChannels!) +
      convolutionParameters(baseChannels!, 2 * baseChannels!) +
      convolutionParameters(2 * baseChannels!, 4 * baseChannels!),
    judge: mustEqual('Each block takes what the one before it gives: base, 2·base, 4·base …'),
  }),
  defineCase({
    title: 'The two paths together come back to the size of the image',
    points: 2,
    probe: 'shapes',
    input: drawn('both', 3, 2),
    expected: ({ size, numClasses }) => [[1, ...size, numClasses!]],
    judge: mustEqual('The skips come back in reverse: the last one first, skips[0] in the OutputBlock.'),
  }),
  defineCase({
    title: 'UpsamplingPath has the right parameters',
    points: 2,
    probe: 'parameters',
    input: drawn('up', 2, 2),
    expected: ({ baseChannels, numClasses }) => upsamplingPathParameters(baseChannels!, numClasses!),
    judge: mustEqual(
      'A BottleneckBlock, numBlocks − 1 UpsamplingBlocks, an OutputBlock; concatenation doubles inputChannels.',
    ),
  }),
];
