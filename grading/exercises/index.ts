import type { Case } from '../../lib/check/case';
import type { ExerciseName } from '../../lib/check/exercises';
import { hiddenBlockCases } from './8-1-blocks';
import { hiddenPathCases } from './8-2-paths';
import { hiddenUNetCases } from './8-3-unet';

/** The hidden cases of each exercise; nothing in this folder ever leaves the grader's process. */
export const hiddenCases: Readonly<Record<ExerciseName, readonly Case[]>> = {
  '8.1': hiddenBlockCases,
  '8.2': hiddenPathCases,
  '8.3': hiddenUNetCases,
};
