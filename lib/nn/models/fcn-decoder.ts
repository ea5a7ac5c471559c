import { tf } from '../../runtime';
import { addition, FeatureMap, merge } from '../layers';
import { CropLike, ResizeLike } from './resampling-layers';

/** How maps of unequal sides come together, see FCN. */
export type FCNAlignment = 'resize' | 'crop';

export const ALIGNMENTS: readonly FCNAlignment[] = ['resize', 'crop'];

export interface DecoderOptions {
  numClasses: number;
  /** Stride of the finest map that is fused: 32 for none, 16 for pool4, 8 for pool4 and pool3. */
  stride: number;
  alignment: FCNAlignment;
  skipScales: { pool4: number; pool3: number };
}

export interface DecoderInputs {
  image: FeatureMap;
  pool3: FeatureMap;
  pool4: FeatureMap;
  /** Scores at 1/32 of the image's size. */
  scores: FeatureMap;
}

/**
 * First row and column of a map padded by 100 pixels in front of the image that lies over the other's first, as in the
 * authors' network definitions: of score_pool4, score_pool3, and of the last map by its stride.
 */
const OFFSETS = { pool4: 5, pool3: 9, image: { 32: 19, 16: 27, 8: 31 } as Record<number, number> };

/** Maps that each variant fuses, coarsest first. */
const SKIPS: Record<number, ('pool4' | 'pool3')[]> = { 32: [], 16: ['pool4'], 8: ['pool4', 'pool3'] };

/** Transposed convolutions before the fusion with a map, and the last one, by their strides. */
const BEFORE = { pool4: 'upscore2', pool3: 'upscore_pool4' };

/** Names and strides of the transposed convolutions of a variant, in order. */
export function upsamplings(stride: number): { name: string; stride: number }[] {
  const doublings = SKIPS[stride].map((skip) => ({ name: BEFORE[skip], stride: 2 }));
  return [...doublings, { name: `upscore${stride}`, stride }];
}

/**
 * From scores at 1/32 of the size to the image's: doubled and added to the scores of pool4, then pool3, as far as the
 * variant goes; the rest in one step.
 *
 * Shape: scores [B, ~H/32, ~W/32, numClasses] → [B, H, W, numClasses].
 */
export function decode(inputs: DecoderInputs, options: DecoderOptions): FeatureMap {
  const { alignment, stride } = options;
  const fused = SKIPS[stride].reduce(
    (x, skip) => fuse(upsample(x, BEFORE[skip], 2, options), inputs, skip, options),
    inputs.scores,
  );
  const scores = upsample(fused, `upscore${stride}`, stride, options);
  return alignment === 'resize'
    ? resized(scores, inputs.image, 'resize_image')
    : cropped(scores, inputs.image, OFFSETS.image[stride], 'crop_image');
}

function upsample(x: FeatureMap, name: string, stride: number, options: DecoderOptions): FeatureMap {
  const layer = tf.layers.conv2dTranspose({
    name,
    filters: options.numClasses,
    kernelSize: 2 * stride,
    strides: stride,
    padding: options.alignment === 'resize' ? 'same' : 'valid',
    useBias: false,
    kernelInitializer: 'zeros',
  });
  return layer.apply(x) as FeatureMap;
}

/** x, which is twice the size of the last map, plus the scores of a skip. */
function fuse(
  x: FeatureMap,
  inputs: DecoderInputs,
  skip: 'pool4' | 'pool3',
  options: DecoderOptions,
): FeatureMap {
  const { alignment, numClasses, skipScales } = options;
  const scale = skipScales[skip];
  const features =
    scale === 1
      ? inputs[skip]
      : (tf.layers.rescaling({ name: `${skip}_scaled`, scale }).apply(inputs[skip]) as FeatureMap);
  const scores = scoreLayer(`score_${skip}`, numClasses).apply(features) as FeatureMap;
  const together =
    alignment === 'resize'
      ? [resized(x, scores, `resize_${skip}`), scores]
      : [x, cropped(scores, x, OFFSETS[skip], `crop_${skip}`)];
  return merge(addition(`fuse_${skip}`), together);
}

/** A convolution 1 × 1 to the classes, which starts at zero: at first every class is as likely. */
export function scoreLayer(name: string, numClasses: number): tf.layers.Layer {
  return tf.layers.conv2d({ name, filters: numClasses, kernelSize: 1, kernelInitializer: 'zeros' });
}

/** x at the sides of the other map; x itself where both are known to be equal. */
function resized(x: FeatureMap, other: FeatureMap, name: string): FeatureMap {
  const [ours, theirs] = [x, other].map(({ shape }) => shape.slice(1, 3));
  const areEqual = ours.every((side, axis) => side !== null && side === theirs[axis]);
  return areEqual ? x : merge(new ResizeLike({ name }), [x, other]);
}

function cropped(x: FeatureMap, other: FeatureMap, offset: number, name: string): FeatureMap {
  return merge(new CropLike({ name, offset }), [x, other]);
}
