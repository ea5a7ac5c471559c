import type { Exercise } from '../exercise';
import { type TrainingLoop, trainingProbes } from './probes';
import { visibleTrainingCases } from './visible';

/** The training loop. */
export const trainingExercise: Exercise<TrainingLoop> = {
  name: '8.4',
  title: 'The training loop',
  parts: { trainUNet: 'function' },
  probes: trainingProbes,
  visible: visibleTrainingCases,
  withheld: ['batchGradients', 'evaluateLoss', 'fit', 'trainStep'],
};
