import type { Image } from '../io/image';
import type { PromptedMask } from '../prompt/promptable-model';
import type { PromptBox, PromptPoint, Prompts } from '../prompt/prompts';

/** An object that was accepted. */
export interface AnnotatedObject {
  /** Which image it lies in, from 0 on. */
  image: number;
  /** Its class; `object` where there are none. */
  label: string;
  /** Shape: the image's [height, width]; 1 inside, 0 outside */
  mask: Image<Uint8Array>;
  /** What the model took the mask's IoU to be, 0…1. */
  score: number;
  /** What it was made with. */
  points: readonly PromptPoint[];
  box?: PromptBox;
  /** `#rrggbb`, in which it is shown. */
  colour: string;
}

/** The object in work. */
export interface Draft {
  points: readonly PromptPoint[];
  box?: PromptBox;
  /** What the model says to these prompts; not there before the first that can be answered. */
  answer?: PromptedMask;
}

/** All of one image at one moment. It never changes: each step makes a new one, and undo goes back to the old. */
export interface Scene {
  objects: readonly AnnotatedObject[];
  draft: Draft;
}

const NO_DRAFT: Draft = { points: [] };
export const EMPTY_SCENE: Scene = { objects: [], draft: NO_DRAFT };

export const isEmpty = ({ points, box }: Draft): boolean => points.length === 0 && box === undefined;

/** The draft with one prompt more, a second box in place of the first, before the model has seen it. */
export function withPrompt({ points, box, answer }: Draft, prompt: PromptPoint | PromptBox): Draft {
  return 'row' in prompt ? { points: [...points, prompt], box, answer } : { points, box: prompt, answer };
}

/**
 * What to ask the model, from where its last answer left off; undefined while there are only negative points, which mean no
 * object yet.
 */
export function promptsOf({ points, box, answer }: Draft): Prompts | undefined {
  if (!box && points.every(({ label }) => label === 'negative')) return undefined;
  // An answer without a pixel is no beginning.
  const before = answer?.logits.data.some((logit) => logit > 0) ? answer.logits : undefined;
  return { ...(points.length > 0 && { points }), ...(box && { box }), ...(before && { mask: before }) };
}

/** The draft becomes an object. @throws Error where the model has found none, or none that others leave room for */
export function accepted({ objects, draft }: Scene, image: number, label: string, colour: string): Scene {
  const { points, box, answer } = draft;
  if (!answer) throw new Error('Nothing to accept: click an object or draw a box around it first.');
  const free = answer.mask.data.some((inside, at) => inside && objects.every(({ mask }) => !mask.data[at]));
  if (!free) throw new Error('Nothing to accept: no pixel of it is outside of other objects.');
  const object = { image, label, mask: answer.mask, score: answer.score, points, box, colour };
  return { objects: [...objects, object], draft: NO_DRAFT };
}

export const discarded = ({ objects }: Scene): Scene => ({ objects, draft: NO_DRAFT });

/** @throws Error for an object that is not there */
export function without({ objects, draft }: Scene, object: number): Scene {
  if (!(object in objects)) throw new Error(`There is no object ${object + 1}.`);
  return { objects: objects.filter((_, at) => at !== object), draft };
}

/**
 * A number for each object in their order, 0 elsewhere; a pixel of several belongs to the first.
 *
 * @param numberOf what is written where an object is: by default its place in the list, from 1 on
 */
export function labelMap(
  objects: readonly AnnotatedObject[],
  shape: readonly number[],
  numberOf = (_: AnnotatedObject, index: number) => index + 1,
): Image<Uint16Array> {
  const data = new Uint16Array(shape[0] * shape[1]);
  objects.forEach((object, index) => {
    const number = numberOf(object, index);
    object.mask.data.forEach((inside, at) => {
      if (inside && data[at] === 0) data[at] = number;
    });
  });
  return { data, shape, channels: 1 };
}
