import type { InferenceSession } from 'onnxruntime-node';

type Value = InferenceSession.ValueMetadata;
type TensorValue = Extract<Value, { isTensor: true }>;

/** What exports of SAM's decoders call their inputs, beside the image's embedding. */
const PROMPT_INPUTS = ['point_coords', 'point_labels', 'mask_input', 'has_mask_input', 'orig_im_size'];
const MASK_OUTPUTS = ['low_res_masks', 'masks'];
const SCORE_OUTPUTS = ['iou_predictions', 'scores'];

/** How an encoder and a decoder are put together. */
export interface SamInterface {
  /** Of the encoder's input and its square's side. */
  image: string;
  side: number;
  /** Names of the encoder's outputs, by the names of the decoder's inputs. */
  embeddings: Record<string, string>;
  /** The decoder's inputs of prompts that there are, with their element types. */
  prompts: Record<string, TensorValue['type']>;
  /** [height, width] of the masks that the decoder takes, where it takes any. */
  maskInput?: readonly [number, number];
  masks: string;
  scores: string;
}

/**
 * Finds out what two ONNX files want and give.
 *
 * @param side of the encoder's input where its file leaves it open
 * @throws Error naming the file and its inputs or outputs where it is no such encoder or decoder
 */
export function samInterface(
  owner: string,
  files: { encoder: string; decoder: string },
  encoder: InferenceSession,
  decoder: InferenceSession,
  side: number,
): SamInterface {
  const wrong = (part: 'encoder' | 'decoder', got: string, expected: string): never => {
    const swapped = decoder.inputNames.includes('point_coords') ? '' : '; are the two files swapped?';
    throw new Error(
      `${owner}: ${files[part]}: got ${got}; expected ${expected}, as a SAM ${part} has${swapped}`,
    );
  };
  const [image] = encoder.inputMetadata;
  if (encoder.inputNames.length !== 1 || !image.isTensor || image.shape.length !== 4) {
    wrong('encoder', `inputs ${described(encoder.inputMetadata)}`, 'one image [1, 3, side, side]');
  }
  const [, channels, height, width] = (image as TensorValue).shape;
  if (channels !== 3 || String(height) !== String(width)) {
    wrong('encoder', `inputs ${described(encoder.inputMetadata)}`, 'one image [1, 3, side, side]');
  }
  const inputs = decoder.inputMetadata.filter((input): input is TensorValue => input.isTensor);
  if (!['point_coords', 'point_labels'].every((name) => decoder.inputNames.includes(name))) {
    wrong(
      'decoder',
      `inputs ${described(decoder.inputMetadata)}`,
      'point_coords and point_labels among them',
    );
  }
  const find = (names: readonly string[]) =>
    names.find((name) => decoder.outputNames.includes(name)) ??
    wrong('decoder', `outputs ${decoder.outputNames.join(', ')}`, `one of ${names.join(', ')}`);
  const wanted = decoder.inputNames.filter((name) => !PROMPT_INPUTS.includes(name));
  const alone = wanted.length === 1 && encoder.outputNames.length === 1;
  const embeddings = wanted.map((name) => {
    if (!alone && !encoder.outputNames.includes(name)) {
      wrong(
        'encoder',
        `outputs ${encoder.outputNames.join(', ')}`,
        `${wanted.join(', ')}, which the decoder takes`,
      );
    }
    return [name, alone ? encoder.outputNames[0] : name];
  });
  const mask = inputs.find(({ name }) => name === 'mask_input');
  return {
    image: image.name,
    side: typeof height === 'number' && height > 0 ? height : side,
    embeddings: Object.fromEntries(embeddings),
    prompts: Object.fromEntries(
      inputs.filter(({ name }) => PROMPT_INPUTS.includes(name)).map(({ name, type }) => [name, type]),
    ),
    maskInput: mask && maskSize(mask, side),
    masks: find(MASK_OUTPUTS),
    scores: find(SCORE_OUTPUTS),
  };
}

/** A quarter of the encoder's side, where the file leaves it open. */
function maskSize({ shape }: TensorValue, side: number): [number, number] {
  const [height, width] = shape
    .slice(-2)
    .map((size) => (typeof size === 'number' && size > 0 ? size : side / 4));
  return [height, width];
}

function described(values: readonly Value[]): string {
  return values
    .map((value) => (value.isTensor ? `${value.name} [${value.shape.join(', ')}]` : value.name))
    .join(', ');
}
