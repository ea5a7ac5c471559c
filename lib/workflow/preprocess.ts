import type { Image } from '../io/image';
import type { Configuration, DatasetPlan } from '../planning/plan';
import { cropToNonzero } from '../transforms/spatial/nonzero';
import { resampleToShape } from '../transforms/spatial/resample-spacing';
import { roundHalfEven } from '../transforms/spatial/samples';
import { transposeAxes } from '../transforms/spatial/transpose';
import type { Box } from '../transforms/spatial/window';
import { normalizeChannels } from './normalize-channels';
import type { CaseImage } from './read-case';

/** What preprocessing takes from a plan. */
export type PreprocessingPlan = Pick<DatasetPlan, 'transposeForward' | 'transposeBackward' | 'intensities'>;
export type PreprocessingConfiguration = Pick<Configuration, 'spacing' | 'normalizations'>;

/** What restores a prediction's geometry; plain data, in the network's order of axes where nothing else is said. */
export interface CaseProperties {
  /** Of the files, in the files' order of axes. */
  originalSpacing: number[];
  shapeBeforeCropping: number[];
  /** The part that is not 0, before resampling. */
  box: Box;
  /** Of the box before and after resampling. */
  spacingBefore: number[];
  spacing: number[];
}

export interface PreprocessedCase {
  /** [slices, rows, columns] in the network's order of axes, channels last; one slice for pictures */
  image: Image<Float32Array>;
  /** Same sizes; −1 in what is 0 outside of the body. */
  labels?: Image<Int16Array>;
  properties: CaseProperties;
}

/** nnU-Net's label for voxels that are 0 in all channels and lie outside. */
const OUTSIDE = -1;
const LARGEST_LABEL = 32767;

/**
 * What a network sees of a case, by nnU-Net's rules (its `DefaultPreprocessor`): axes in the plan's order, cropped to what
 * is not 0, channels normalised, resampled to the configuration's spacing (images with cubic splines, labels label by
 * label; slice by slice where the spacing is anisotropic). A 2-D configuration leaves slices and their spacing alone.
 *
 * @throws RangeError for values that are not finite, another number of channels than the plan has, labels that are no
 *   integers, and a case that resampling would leave without voxels
 */
export function preprocessCase(
  { id, image, labels, spacing }: Pick<CaseImage, 'id' | 'image' | 'labels' | 'spacing'>,
  plan: PreprocessingPlan,
  configuration: PreprocessingConfiguration,
): PreprocessedCase {
  const owner = `preprocessCase: ${id}`;
  const order = plan.transposeForward;
  const spacingBefore = order.map((axis) => spacing[axis]);
  const turned = transposeAxes(image, order);
  const mask = labels ? integerLabels(owner, transposeAxes(labels, order)) : noLabels(turned.shape);
  const cropped = cropToNonzero({ image: turned, mask }, { outsideLabel: OUTSIDE });
  const cut = cropped.mask!;
  const inside = Uint8Array.from(cut.data, (label) => (label >= 0 ? 1 : 0));
  normalizeChannels(owner, cropped.image, configuration.normalizations, plan.intensities, inside);
  const target = networkSpacing(configuration, spacingBefore);
  const shape = cut.shape.map((size, axis) => roundHalfEven((spacingBefore[axis] / target[axis]) * size));
  if (shape.includes(0)) {
    throw new RangeError(
      `${owner}: got ${cut.shape.join(' × ')} voxels of spacing ${spacingBefore.join(', ')}; expected some left at ` +
        `the plan's spacing ${target.join(', ')}`,
    );
  }
  return {
    image: resampleToShape(cropped.image, shape, spacingBefore, target),
    ...(labels && { labels: resampleToShape(cut, shape, spacingBefore, target, { labels: true }) }),
    properties: {
      originalSpacing: [...spacing],
      shapeBeforeCropping: [...turned.shape],
      box: cropped.box,
      spacingBefore,
      spacing: target,
    },
  };
}

/** Of the three axes: a 2-D configuration takes slices as far apart as they are. */
function networkSpacing({ spacing }: Pick<Configuration, 'spacing'>, before: readonly number[]): number[] {
  return spacing.length === 2 ? [before[0], ...spacing] : [...spacing];
}

function noLabels(shape: readonly number[]): Image<Int16Array> {
  return { data: new Int16Array(shape.reduce((product, size) => product * size)), shape, channels: 1 };
}

function integerLabels(owner: string, { data, shape }: Image): Image<Int16Array> {
  const labels = new Int16Array(data.length);
  for (let at = 0; at < data.length; at++) {
    const label = (labels[at] = data[at]);
    if (label === labels[at] && label >= 0) continue;
    throw new RangeError(`${owner}: got the label ${label}; expected integers from 0 to ${LARGEST_LABEL}`);
  }
  return { data: labels, shape, channels: 1 };
}
