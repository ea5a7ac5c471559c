import type { Answer } from './answer';
import { rightUNets, wrongUNets } from './unet';

/** Answers that must lose points. */
export const wrongAnswers: readonly Answer[] = [...wrongUNets];

/** Answers that must lose none, though they are written otherwise than the notebook's. */
export const rightAnswers: readonly Answer[] = [...rightUNets];
