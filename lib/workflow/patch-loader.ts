import { mixSeeds } from '../datasets/hash';
import type { MaskedSample } from '../datasets/sample';
import { shuffled } from '../datasets/shuffle';
import type { Image } from '../io/image';
import { readNpy } from '../io/npy';
import { seededRandom } from '../runtime/seed';
import type { Sample, SampleNumber } from '../transforms/pipeline';
import { forcesForeground, placeOf, placePatch } from '../transforms/spatial/patch';
import { cropBox } from '../transforms/spatial/window';
import { storedFile, type StoredCase } from './stored-case';
import type { LabelScheme, LabelValue } from './label-scheme';

/** nnU-Net's label for voxels outside of the body; trained as background. */
const OUTSIDE = -1;

/** Which patches of which cases: plain data, for threads. */
export interface PatchOptions {
  /** The store of preprocessed cases. */
  folder: string;
  cases: Pick<StoredCase, 'id' | 'shape' | 'channels' | 'places' | 'annotated'>[];
  /** What the network sees: [rows, columns], of one slice, or [slices, rows, columns]. */
  patchSize: number[];
  /** What is cut about the patch, for turns and scalings that need more; the same or larger. */
  cutSize: number[];
  batchSize: number;
  /** Share of each batch whose patches are about foreground. */
  foreground: number;
}

/**
 * Cuts patch number `index` of an epoch of a preprocessed case, by nnU-Net's rules (see `placePatch`): the last third of
 * each batch about a voxel of a label that is drawn first. Cases come in shuffled rounds, each as often as the others, in
 * place of nnU-Net's drawing with replacement. All that is random follows from seed, epoch and index.
 *
 * Of the files, only the patch's slices are read.
 *
 * Shape: image [...cutSize] float32, outside of the case 0; mask [...cutSize], labels, outside −1
 */
export async function loadPatch(
  index: number,
  options: PatchOptions & { patches: number },
  { seed, epoch }: SampleNumber,
): Promise<MaskedSample> {
  const { folder, cases, patchSize, cutSize, batchSize, patches } = options;
  const number = epoch * patches + index;
  const round = Math.floor(number / cases.length);
  const order = shuffled(cases.length, seededRandom(mixSeeds(seed, round)));
  const one = cases[order[number % cases.length]];
  const random = seededRandom(mixSeeds(mixSeeds(seed, epoch), index));
  const forced = forcesForeground(index % batchSize, batchSize, options.foreground);
  const pixel = await drawPlace(folder, one, forced, random);
  const flat = patchSize.length === 2;
  const [slices, ...plane] = one.shape;
  if (!flat) return cut(folder, one, cutBox(one.shape, pixel, patchSize, cutSize, random));
  const slice = pixel ? pixel[0] : Math.floor(random() * slices);
  const box = cutBox(plane, pixel?.slice(1), patchSize, cutSize, random);
  const sample = await cut(folder, one, { start: [slice, ...box.start], shape: [1, ...box.shape] });
  const pictureOf = (image: Image): Image => ({ ...image, shape: image.shape.slice(1) });
  return { image: pictureOf(sample.image), mask: pictureOf(sample.mask) };
}

/** About which voxel, or undefined for anywhere. */
async function drawPlace(
  folder: string,
  { id, shape, places, annotated }: PatchOptions['cases'][number],
  forced: boolean,
  random: () => number,
): Promise<number[] | undefined> {
  const present = places.filter(([from, to]) => to > from);
  const some = annotated && annotated[1] > annotated[0] ? annotated : undefined;
  const range = forced && present.length > 0 ? present[Math.floor(random() * present.length)] : some;
  if (!range) return undefined;
  const row = range[0] + Math.floor(random() * (range[1] - range[0]));
  const { values } = await readNpy(storedFile(folder, id, 'places'), { rows: [row, row + 1] });
  return placeOf(Number(values[0]), shape);
}

/** The patch is placed first, then what is cut about it. */
function cutBox(
  image: readonly number[],
  pixel: readonly number[] | undefined,
  patchSize: readonly number[],
  cutSize: readonly number[],
  random: () => number,
): { start: number[]; shape: readonly number[] } {
  const { start } = placePatch(image, patchSize, pixel, random);
  const margins = cutSize.map((size, axis) => Math.floor((size - patchSize[axis]) / 2));
  return { start: start.map((at, axis) => at - margins[axis]), shape: cutSize };
}

async function cut(
  folder: string,
  { id, shape, channels }: PatchOptions['cases'][number],
  box: { start: number[]; shape: readonly number[] },
): Promise<MaskedSample> {
  const within = (slice: number) => Math.min(Math.max(slice, 0), shape[0]);
  const rows = [within(box.start[0]), within(box.start[0] + box.shape[0])] as const;
  const part = { start: [box.start[0] - rows[0], ...box.start.slice(1)], shape: box.shape };
  const read = async (name: 'image' | 'labels'): Promise<Image> => {
    const { values } = await readNpy(storedFile(folder, id, name), { rows });
    const sizes = [rows[1] - rows[0], ...shape.slice(1)];
    return {
      data: values as Float32Array | Int16Array,
      shape: sizes,
      channels: name === 'image' ? channels : 1,
    };
  };
  const [image, mask] = await Promise.all([read('image'), read('labels')]);
  return { image: cropBox(image, part), mask: cropBox(mask, part, { fill: OUTSIDE }) };
}

/**
 * The mask as the losses take it: labels as they are, with 0 outside; for regions a channel for each, 1 inside, and the
 * ignored label's number in all channels where it is.
 */
export function toTarget(
  { image, mask }: Sample,
  _number: SampleNumber,
  { foreground, regionOrder, ignore }: Pick<LabelScheme, 'foreground' | 'regionOrder' | 'ignore'>,
): MaskedSample {
  const { data, shape } = mask!;
  if (!regionOrder) {
    return {
      image,
      mask: { data: Float32Array.from(data, (label) => Math.max(label, 0)), shape, channels: 1 },
    };
  }
  const channels = foreground.length;
  const regions = foreground.map((value: LabelValue) => new Set([value].flat()));
  const masks = new Float32Array(data.length * channels);
  for (let voxel = 0; voxel < data.length; voxel++) {
    for (let region = 0; region < channels; region++) {
      const ignored = ignore !== undefined && data[voxel] === ignore;
      masks[voxel * channels + region] = ignored ? ignore : Number(regions[region].has(data[voxel]));
    }
  }
  return { image, mask: { data: masks, shape, channels } };
}
