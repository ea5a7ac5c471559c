import type { Exercise } from '../exercise';
import { type LossFunctions, lossProbes } from './probes';
import { visibleLossCases } from './visible';

/** Dice and focal loss. */
export const lossesExercise: Exercise<LossFunctions> = {
  name: '8.5',
  title: 'Dice and focal loss',
  parts: { diceLoss: 'function', focalLoss: 'function' },
  probes: lossProbes,
  visible: visibleLossCases,
  withheld: [
    'clDiceLoss',
    'combinedLoss',
    'diceLoss',
    'focalLoss',
    'focalTverskyLoss',
    'generalisedDiceLoss',
    'jaccardLoss',
    'tverskyLoss',
  ],
};
