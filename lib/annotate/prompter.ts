import type { Image } from '../io/image';

/** A click: pixel centres have whole coordinates, fractions lie between them. */
export interface PromptPoint {
  /** 0 … height − 1 */
  row: number;
  /** 0 … width − 1 */
  column: number;
  /** On the object, the default, or beside it. */
  label?: 'positive' | 'negative';
}

/** The first and the last row and column of the object. */
export interface PromptBox {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

/** What tells a model which object is meant; all are of one object. */
export interface Prompts {
  points?: readonly PromptPoint[];
  box?: PromptBox;
  /** The `logits` of the model's last answer. */
  mask?: Image;
}

/** An object that a model found. */
export interface PromptedMask {
  /** Shape: the image's [height, width]; 1 inside, 0 outside */
  mask: Image<Uint8Array>;
  /** The model's own estimate of the mask's IoU with the object that is meant, 0…1. */
  score: number;
  /** Above 0 inside, at the model's own size. */
  logits: Image<Float32Array>;
}

/** What annotations need of a model. */
export interface Prompter {
  /** Gets an image ready, so that `segment` answers at once. */
  embed(image: Image): Promise<void>;
  /** What the prompts mean, best mask first. */
  segment(image: Image, prompts: Prompts): Promise<PromptedMask[]>;
}
