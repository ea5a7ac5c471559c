import { blocksExercise } from './8-1-blocks';
import { pathsExercise } from './8-2-paths';
import { unetExercise } from './8-3-unet';
import type { UNetBlocks, UNetModel, UNetPaths } from './networks/answers';

/** What each exercise takes from the student. */
export interface Answers {
  '8.1': UNetBlocks;
  '8.2': UNetPaths;
  '8.3': UNetModel;
}

export type ExerciseName = keyof Answers;

/** Every exercise by its name. */
export const exercises = {
  '8.1': blocksExercise,
  '8.2': pathsExercise,
  '8.3': unetExercise,
} as const;
