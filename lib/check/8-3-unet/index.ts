import { pathsExercise } from '../8-2-paths';
import type { Exercise } from '../exercise';
import type { UNetModel } from '../networks/answers';
import { unetProbes } from './probes';
import { visibleUNetCases } from './visible';

/** The whole U-Net. */
export const unetExercise: Exercise<UNetModel> = {
  name: '8.3',
  title: 'The network',
  parts: { BasicUNet: 'class' },
  probes: unetProbes,
  visible: visibleUNetCases,
  // A UNet with the right options is the same network.
  withheld: [...pathsExercise.withheld, 'BasicUNet', 'UNet'],
};
