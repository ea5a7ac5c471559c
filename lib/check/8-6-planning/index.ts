import type { Exercise } from '../exercise';
import { type PlanningFunctions, planningProbes } from './probes';
import { visiblePlanningCases } from './visible';

/** Fingerprint, target spacing and patch size. */
export const planningExercise: Exercise<PlanningFunctions> = {
  name: '8.6',
  title: 'Fingerprint and patch size',
  parts: { fingerprint: 'function', chooseSpacing: 'function', choosePatch: 'function' },
  probes: planningProbes,
  visible: visiblePlanningCases,
  withheld: ['datasetFingerprint', 'planBatchSize', 'planDataset', 'planPatch', 'targetSpacing'],
};
