import { blocksExercise } from './8-1-blocks';
import { pathsExercise } from './8-2-paths';
import { unetExercise } from './8-3-unet';
import { trainingExercise } from './8-4-training';
import type { TrainingLoop } from './8-4-training/probes';
import { lossesExercise } from './8-5-losses';
import type { LossFunctions } from './8-5-losses/probes';
import { planningExercise } from './8-6-planning';
import type { PlanningFunctions } from './8-6-planning/probes';
import type { UNetBlocks, UNetModel, UNetPaths } from './networks/answers';

/** What each exercise takes from the student. */
export interface Answers {
  '8.1': UNetBlocks;
  '8.2': UNetPaths;
  '8.3': UNetModel;
  '8.4': TrainingLoop;
  '8.5': LossFunctions;
  '8.6': PlanningFunctions;
}

export type ExerciseName = keyof Answers;

/** Every exercise by its name. */
export const exercises = {
  '8.1': blocksExercise,
  '8.2': pathsExercise,
  '8.3': unetExercise,
  '8.4': trainingExercise,
  '8.5': lossesExercise,
  '8.6': planningExercise,
} as const;
