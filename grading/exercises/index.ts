import type { Case } from '../../lib/check/case';
import type { ExerciseName } from '../../lib/check/exercises';
import { hiddenBlockCases } from './8-1-blocks';
import { hiddenPathCases } from './8-2-paths';
import { hiddenUNetCases } from './8-3-unet';
import { hiddenTrainingCases } from './8-4-training';
import { hiddenLossCases } from './8-5-losses';
import { hiddenPlanningCases } from './8-6-planning';

/** The hidden cases of each exercise; nothing in this folder ever leaves the grader's process. */
export const hiddenCases: Readonly<Record<ExerciseName, readonly Case[]>> = {
  '8.1': hiddenBlockCases,
  '8.2': hiddenPathCases,
  '8.3': hiddenUNetCases,
  '8.4': hiddenTrainingCases,
  '8.5': hiddenLossCases,
  '8.6': hiddenPlanningCases,
};
