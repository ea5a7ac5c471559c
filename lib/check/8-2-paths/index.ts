import { blocksExercise } from '../8-1-blocks';
import type { Exercise } from '../exercise';
import type { UNetPaths } from '../networks/answers';
import { pathProbes } from './probes';
import { visiblePathCases } from './visible';

/** The contracting and the expanding half of a U-Net. */
export const pathsExercise: Exercise<UNetPaths> = {
  name: '8.2',
  title: 'The paths of a U-Net',
  parts: { DownsamplingPath: 'class', UpsamplingPath: 'class' },
  probes: pathProbes,
  visible: visiblePathCases,
  withheld: [...blocksExercise.withheld, 'DownsamplingPath', 'UpsamplingPath'],
};
