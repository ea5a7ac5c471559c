import { OKABE_ITO } from '../display/colours';
import { imagesBundle } from '../display/images';
import type { PixelArray } from '../display/pixels';
import { readImage } from '../io/read-image';
import type { CaseEvaluation } from './evaluate';
import { readLabelFile } from './read-labels';

/** What an element's error is. */
const ERRORS = ['missed', 'found wrongly', 'another label'];
const ERROR_COLOURS = [OKABE_ITO.sky, OKABE_ITO.vermilion, OKABE_ITO.yellow];

export interface CasePictureOptions {
  /** The image that was predicted, of the same sizes; without it the labels are drawn on black. */
  image?: string;
  /** What a label is called. */
  nameOf: (label: number) => string;
}

/**
 * A case as HTML: the reference, the prediction, and where they differ, drawn over the image. Of a volume the slice in
 * which most elements differ. Instances are drawn as one label with gaps between them.
 *
 * @throws what the readers throw, and Error for an image of other sizes
 */
export async function casePicture(
  one: CaseEvaluation,
  { image, nameOf }: CasePictureOptions,
): Promise<string> {
  const [reference, prediction] = [await readLabelFile(one.reference), await readLabelFile(one.prediction)];
  const [slices, height, width] = reference.image.shape;
  const area = height * width;
  const slice = worstSlice(reference.labels, prediction.labels, slices, area);
  const maps = [reference, prediction].map(({ labels }) => {
    const part = labels.subarray(slice * area, (slice + 1) * area);
    return one.instances ? withGaps(part, width) : part;
  });
  const labels = [...new Set(maps.flatMap((map) => [...new Set(map)]))].filter((label) => label !== 0);
  labels.sort((a, b) => a - b);
  const numbers = new Map(labels.map((label, index) => [label, index + 1]));
  const [truth, found] = maps.map((map) => Uint8Array.from(map, (label) => numbers.get(label) ?? 0));
  const errors = truth.map((label, at) => {
    if (label === found[at]) return 0;
    return found[at] === 0 ? 1 : label === 0 ? 2 : 3;
  });
  const picture = await underlay(image, { slice, slices, height, width });
  const mask = (data: Uint8Array): PixelArray => ({ data, height, width });
  const nothing = mask(new Uint8Array(area));
  const { data } = await imagesBundle([picture, picture, picture], {
    title: slices > 1 ? `${one.id}, slice ${slice + 1} of ${slices}` : one.id,
    titles: ['reference', 'prediction', 'where they differ'],
    columns: 3,
    overlays: [
      ...(labels.length > 0
        ? [{ masks: [mask(truth), mask(found), nothing], label: labels.map(nameOf) }]
        : []),
      { masks: [nothing, nothing, mask(errors)], label: ERRORS, colours: ERROR_COLOURS, opacity: 0.8 },
    ],
  });
  return data['text/html'] as string;
}

/** 1 in instances, 0 outside and where the next element to the right or below is of another one. */
function withGaps(instances: Float32Array, width: number): Float32Array {
  return instances.map((label, at) => {
    const right = at % width < width - 1 ? instances[at + 1] : label;
    const below = instances[at + width] ?? label;
    const gap = (right !== 0 && right !== label) || (below !== 0 && below !== label);
    return label === 0 || gap ? 0 : 1;
  });
}

function worstSlice(truth: Float32Array, found: Float32Array, slices: number, area: number): number {
  let [worst, most] = [0, -1];
  for (let slice = 0; slice < slices; slice++) {
    let differing = 0;
    for (let at = slice * area; at < (slice + 1) * area; at++) if (truth[at] !== found[at]) differing++;
    if (differing > most) [worst, most] = [slice, differing];
  }
  return worst;
}

async function underlay(
  file: string | undefined,
  { slice, slices, height, width }: { slice: number; slices: number; height: number; width: number },
): Promise<PixelArray> {
  if (file === undefined) return { data: new Uint8Array(height * width), height, width };
  const { data, shape, channels } = await readImage(file);
  const sizes = [slices, height, width].slice(-shape.length);
  if (shape.join() !== sizes.join() || (shape.length === 2 && slices > 1)) {
    throw new Error(
      `${file}: got shape [${shape.join(', ')}]; expected [${sizes.join(', ')}], that of the label maps`,
    );
  }
  const size = height * width * channels;
  const values = data.subarray(slice * size, (slice + 1) * size);
  if (channels === 1 || channels === 3 || channels === 4) return { data: values, height, width, channels };
  return { data: values.filter((_, at) => at % channels === 0), height, width };
}
