import { convolutionUnits } from '../nn/convolution-units';
import { chain, concatenation, convolution, merge, upsampling, type FeatureMap } from '../nn/layers';
import { tf } from '../runtime';

/** Channels of the image encoder at 1/2, 1/4, 1/8 and 1/16 of the image's size. */
const ENCODER = [32, 64, 128, 192];
/** Channels of the mask decoder, likewise. */
const DECODER = [24, 48, 64, 96];
/** Of the first map, at the image's size, in which the edges are sharp. */
const EDGES = 8;
/** Of the image's embedding, at half its size. */
const FEATURES = 32;
/** Of the prompts' embedding, at half the image's size. */
const PROMPT_FEATURES = 16;
/** Of the last map before the logits, at the image's size. */
const LAST = 12;

/** Disks of positive clicks, disks of negative clicks, the inside of a box, the mask before. */
export const PROMPT_MAPS = 4;
/** What the sides of an image must be divisible by. */
export const DIVISOR = 16;

export interface PromptNetwork {
  /** [B, H, W, 3] → edges [B, H, W, 8] and features [B, H/2, W/2, 32] */
  encoder: tf.LayersModel;
  /** Edges, features and prompts [B, H, W, 4] → logits [B, H, W, 1] */
  decoder: tf.LayersModel;
  /** Both as one model, which is what is saved. */
  whole: tf.LayersModel;
}

/**
 * A small promptable network of 1.6 million parameters. As in Segment Anything (Kirillov et al. 2023), the image encoder runs
 * once an image, and prompt encoder and mask decoder once a click; as in RITM (Sofiiuk et al. 2022), clicks are disks, and
 * the mask before is one more map. Both halves are U-shaped; sides must be divisible by 16.
 */
export function buildPromptNetwork(): PromptNetwork {
  const encoder = imageEncoder();
  const decoder = maskDecoder();
  const image = tf.input({ shape: [null, null, 3], name: 'prompted_image' });
  const prompts = tf.input({ shape: [null, null, PROMPT_MAPS], name: 'prompt_maps' });
  const [edges, features] = encoder.apply(image) as tf.SymbolicTensor[];
  const logits = decoder.apply([edges, features, prompts]) as tf.SymbolicTensor;
  const whole = tf.model({ inputs: [image, prompts], outputs: logits, name: 'prompt_network' });
  return { encoder, decoder, whole };
}

function imageEncoder(): tf.LayersModel {
  const image = tf.input({ shape: [null, null, 3], name: 'image' });
  const edges = unit('image_edges', image, 3, EDGES);
  const half = unit('image_half', edges, EDGES, ENCODER[0], 2);
  const features = uShape('image', half, ENCODER, FEATURES, 2);
  return model('image_encoder', [image], [edges, features]);
}

function maskDecoder(): tf.LayersModel {
  const edges = tf.input({ shape: [null, null, EDGES], name: 'edges' });
  const features = tf.input({ shape: [null, null, FEATURES], name: 'features' });
  const prompts = tf.input({ shape: [null, null, PROMPT_MAPS], name: 'prompts' });
  const embedded = unit('prompt', prompts, PROMPT_MAPS, PROMPT_FEATURES, 2);
  const joined = merge(concatenation('prompted'), [features, embedded]);
  const top = unit('mask_half', joined, FEATURES + PROMPT_FEATURES, DECODER[0]);
  const half = uShape('mask', top, DECODER, DECODER[0], 1);
  const up = upsampling({ inputChannels: DECODER[0], outputChannels: LAST, name: 'mask_up' });
  const sharp = merge(concatenation('mask_edges'), [chain(up, half), edges]);
  const last = unit('mask_last', sharp, LAST + EDGES, LAST);
  const head = convolution({ inputChannels: LAST, outputChannels: 1, kernelSize: 1, name: 'mask_logits' });
  return model('mask_decoder', [edges, features, prompts], [chain(head, last)]);
}

/**
 * Down to the last of `channels` and back up, as a U-Net: [B, H, W, channels[0]] → [B, H, W, outputChannels].
 *
 * @param numConvolutions of each level on the way down; one on the way up
 */
function uShape(
  name: string,
  input: FeatureMap,
  channels: readonly number[],
  outputChannels: number,
  numConvolutions: number,
): FeatureMap {
  const levels = [input];
  for (let level = 1; level < channels.length; level++) {
    const [above, own] = [channels[level - 1], channels[level]];
    levels.push(unit(`${name}_down${level}`, levels[level - 1], above, own, 2, numConvolutions));
  }
  let map = levels[channels.length - 1];
  for (let level = channels.length - 2; level >= 0; level--) {
    const [own, below] = [channels[level], channels[level + 1]];
    const up = upsampling({ inputChannels: below, outputChannels: own, name: `${name}_up${level}` });
    const joined = merge(concatenation(`${name}_skip${level}`), [levels[level], chain(up, map)]);
    map = unit(`${name}_level${level}`, joined, 2 * own, level === 0 ? outputChannels : own);
  }
  return map;
}

function unit(
  name: string,
  input: FeatureMap,
  inputChannels: number,
  outputChannels: number,
  strides = 1,
  numConvolutions = 1,
): FeatureMap {
  const kind = { normalization: 'batch', activation: 'relu' } as const;
  return chain(
    convolutionUnits({ inputChannels, outputChannels, strides, numConvolutions, ...kind, name }),
    input,
  );
}

function model(name: string, inputs: FeatureMap[], outputs: FeatureMap[]): tf.LayersModel {
  return tf.model({ inputs: inputs as tf.SymbolicTensor[], outputs: outputs as tf.SymbolicTensor[], name });
}
