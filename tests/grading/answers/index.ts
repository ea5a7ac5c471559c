import type { Answer } from './answer';
import { rightLosses, wrongLosses } from './losses';
import { rightPlanning, wrongPlanning } from './planning';
import { rightTraining, wrongTraining } from './training';
import { rightUNets, wrongUNets } from './unet';

/** Answers that must lose points. */
export const wrongAnswers: readonly Answer[] = [
  ...wrongUNets,
  ...wrongTraining,
  ...wrongLosses,
  ...wrongPlanning,
];

/** Answers that must lose none, though they are written otherwise than the notebook's. */
export const rightAnswers: readonly Answer[] = [
  ...rightUNets,
  ...rightTraining,
  ...rightLosses,
  ...rightPlanning,
];
