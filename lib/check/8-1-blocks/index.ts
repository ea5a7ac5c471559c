import type { Exercise } from '../exercise';
import type { UNetBlocks } from '../networks/answers';
import { blockProbes } from './probes';
import { visibleBlockCases } from './visible';

/** The five blocks of a U-Net. */
export const blocksExercise: Exercise<UNetBlocks> = {
  name: '8.1',
  title: 'The blocks of a U-Net',
  parts: {
    InputBlock: 'class',
    DownsamplingBlock: 'class',
    BottleneckBlock: 'class',
    UpsamplingBlock: 'class',
    OutputBlock: 'class',
  },
  probes: blockProbes,
  visible: visibleBlockCases,
  withheld: ['InputBlock', 'DownsamplingBlock', 'BottleneckBlock', 'UpsamplingBlock', 'OutputBlock'],
};
