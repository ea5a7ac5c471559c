import { make, UNetBlocks, UNetModel, UNetPaths } from '../../../lib/check/networks/answers';
import type { FeatureMap } from '../../../lib/nn/layers';
import { tf } from '../../../lib/runtime';
import { referenceBlocks, Slips } from './reference-blocks';

/** The two paths, made of these blocks. */
export function pathsOf(blocks: UNetBlocks): UNetPaths {
  return {
    DownsamplingPath({ inputChannels, baseChannels = 64, numBlocks = 2, ...common }) {
      const first = make(blocks.InputBlock, { ...common, inputChannels, outputChannels: baseChannels });
      const others = Array.from({ length: numBlocks - 1 }, (_, level) => {
        const channels = baseChannels * 2 ** level;
        return make(blocks.DownsamplingBlock, {
          ...common,
          inputChannels: channels,
          outputChannels: 2 * channels,
        });
      });
      return {
        apply(x: FeatureMap) {
          const steps = [first.apply(x)];
          for (const block of others) steps.push(block.apply(steps.at(-1)!.output));
          return { output: steps.at(-1)!.output, skips: steps.map(({ skip }) => skip) };
        },
      };
    },
    UpsamplingPath({ baseChannels = 64, numBlocks = 2, numClasses = 1, ...common }) {
      const lowest = baseChannels * 2 ** numBlocks;
      const bottleneck = make(blocks.BottleneckBlock, {
        ...common,
        inputChannels: lowest / 2,
        outputChannels: lowest,
      });
      const others = Array.from({ length: numBlocks - 1 }, (_, step) => {
        const channels = lowest / 2 ** step;
        return make(blocks.UpsamplingBlock, {
          ...common,
          inputChannels: channels,
          outputChannels: channels / 2,
        });
      });
      const last = make(blocks.OutputBlock, {
        ...common,
        inputChannels: 2 * baseChannels,
        outputChannels: baseChannels,
        numClasses,
      });
      return {
        apply(x: FeatureMap, skips: FeatureMap[]) {
          const upwards = others.reduce(
            (map, block, step) => block.apply(map, skips[numBlocks - 1 - step]),
            bottleneck.apply(x),
          );
          return last.apply(upwards, skips[0]);
        },
      };
    },
  };
}

/** The network, made of these paths. */
export function unetOf(paths: UNetPaths): UNetModel {
  return {
    BasicUNet({ inputChannels = 3, ...options }) {
      const image = tf.input({ shape: [null, null, inputChannels] });
      const { output, skips } = make(paths.DownsamplingPath, { ...options, inputChannels }).apply(image);
      const logits = make(paths.UpsamplingPath, options).apply(output, skips);
      return tf.model({ inputs: image, outputs: logits as tf.SymbolicTensor });
    },
  };
}

/** Blocks that are right and concatenate otherwise than the library's: the map first, here or there. */
export function otherRightBlocks(): UNetBlocks[] {
  const [skipFirst, mapFirst] = [{}, { join: 'map first' } satisfies Slips].map(referenceBlocks);
  return [
    mapFirst,
    { ...skipFirst, UpsamplingBlock: mapFirst.UpsamplingBlock },
    { ...skipFirst, OutputBlock: mapFirst.OutputBlock },
  ];
}
