import type { Samples } from '../io/image';
import { elementsOf } from '../metrics/grid';
import { asFloats, holds } from '../transforms/spatial/samples';
import { pickSamples } from '../transforms/spatial/separable';
import { Blend } from './blend';
import { canvasAxis, type CanvasAxis } from './canvas';
import { pause } from './pause';
import { predictSamples, type Predict } from './predict';
import { windowStarts } from './tiling';
import { requireWindowOptions, type SlidingWindowOptions } from './window-options';
import { windowWeights } from './window-weights';

type Three<T> = readonly [T, T, T];

/** An image of any size, of which some rows (a picture's rows, a volume's slices) are read at a time. */
export interface RowSource {
  shape: readonly number[];
  channels: number;
  /** Samples of whole rows, channels last. */
  rows(start: number, count: number): Samples | Promise<Samples>;
}

/** Rows of the region whose prediction is done. */
export interface PredictedRows {
  start: number;
  count: number;
  classes: number;
  /** [count, …the region's other sizes, classes] */
  values: Float32Array;
}

/** A way over an image's windows. */
export interface WindowWalk {
  /** Sizes of what is predicted: the region's, or the image's. */
  shape: readonly number[];
  /** Rows of the prediction as they are done, first to last. Only rows that windows still reach are in memory. */
  predict(predict: Predict): AsyncGenerator<PredictedRows>;
}

/** @throws RangeError for options that do not fit the image, before any work starts */
export function windowWalk(owner: string, source: RowSource, options: SlidingWindowOptions): WindowWalk {
  const { shape: image, channels } = source;
  const { window, padding = 'constant', tiling = 'nnunet', batchSize = 1 } = options;
  const overlaps = requireWindowOptions(owner, image, options);
  const region = options.region ?? { start: image.map(() => 0), shape: image };
  const sizes = asThree(image.length === window.length ? window : [1, ...window]);
  const overlapOf = asThree(image.length === window.length ? overlaps : [0, ...overlaps], 0);
  const imageSizes = asThree(image);
  const from = asThree(region.start, 0);
  const regionSizes = asThree(region.shape);
  const canvas = [0, 1, 2].map((axis) =>
    canvasAxis(imageSizes[axis], { start: from[axis], size: regionSizes[axis] }, sizes[axis], padding),
  ) as unknown as Three<CanvasAxis>;
  const windows = allStarts(
    canvas.map(({ size }, axis) => windowStarts(tiling, size, sizes[axis], overlapOf[axis])),
  );

  async function* predicted(predict: Predict): AsyncGenerator<PredictedRows> {
    const { weights = 'gaussian', sigma = 1 / 8, paddingValue = 0, signal, onProgress } = options;
    const read = windowReader(source, imageSizes, canvas, sizes, paddingValue);
    const windowSize = elementsOf(window);
    let blend: Blend | undefined;
    for (let first = 0, open = 0; first < windows.length; first += batchSize) {
      await pause(signal);
      const batch = windows.slice(first, first + batchSize);
      const samples = new Float32Array(batch.length * windowSize * channels);
      for (const [index, start] of batch.entries()) {
        samples.set(await read(start), index * windowSize * channels);
      }
      const { data, classes } = predictSamples(owner, predict, samples, [batch.length, ...window, channels]);
      blend ??= new Blend(
        openRows(windows, batchSize, sizes[0]),
        canvas[1],
        canvas[2],
        classes,
        sizes,
        windowWeights(weights, tiling, window, sigma),
      );
      batch.forEach((start, index) => blend!.add(start, data, index * windowSize * classes));
      onProgress?.({ done: first + batch.length, total: windows.length });
      const next = windows[first + batchSize]?.[0] ?? canvas[0].size;
      if (next === open) continue;
      const closed = blend.close(next);
      open = next;
      const rows = withinRegion(closed, canvas[0].region);
      if (rows) yield { ...rows, classes };
    }
  }
  return { shape: region.shape, predict: predicted };
}

/** [row, line, column]: a picture's rows have one line each. */
function asThree(values: readonly number[], line = 1): Three<number> {
  return (values.length === 3 ? values : [values[0], line, values[1]]) as unknown as Three<number>;
}

/** All combinations, the last axis fastest. */
function allStarts([rows, lines, columns]: number[][]): Three<number>[] {
  return rows.flatMap((row) =>
    lines.flatMap((line) => columns.map((column) => [row, line, column] as const)),
  );
}

/** The most rows that a batch's windows reach beyond the first of them. */
function openRows(windows: readonly Three<number>[], batchSize: number, size: number): number {
  let most = size;
  for (let first = 0; first < windows.length; first += batchSize) {
    const last = Math.min(first + batchSize, windows.length) - 1;
    most = Math.max(most, windows[last][0] + size - windows[first][0]);
  }
  return most;
}

/** Gives the samples of the window at a place of the canvas; rows that windows share are read once for all of them. */
function windowReader(
  source: RowSource,
  image: Three<number>,
  canvas: Three<CanvasAxis>,
  window: Three<number>,
  fill: number,
): (start: Three<number>) => Promise<Float32Array> {
  let held: { at: number; start: number; count: number; samples: Samples } | undefined;
  const hold = async (at: number, indices: Int32Array) => {
    const inside = indices.filter((index) => index >= 0);
    const start = inside.reduce((least, index) => Math.min(least, index));
    const count = inside.reduce((most, index) => Math.max(most, index)) - start + 1;
    const samples = await source.rows(start, count);
    return { at, start, count, samples: holds(samples, fill) ? samples : asFloats(samples) };
  };
  return async (start) => {
    const [rows, lines, columns] = canvas.map(({ indices }, axis) =>
      indices.subarray(start[axis], start[axis] + window[axis]),
    );
    if (held?.at !== start[0]) held = await hold(start[0], rows);
    const { start: first, count, samples } = held;
    const within = rows.map((row) => (row < 0 ? -1 : row - first));
    const sizes = [count, image[1], image[2]];
    return asFloats(pickSamples(samples, sizes, source.channels, [within, lines, columns], fill));
  };
}

/** Of closed rows of the canvas those of the region, counted from its first. */
function withinRegion(
  { row, rows, values }: { row: number; rows: number; values: Float32Array },
  region: { start: number; size: number },
): Omit<PredictedRows, 'classes'> | undefined {
  const first = Math.max(row, region.start);
  const end = Math.min(row + rows, region.start + region.size);
  if (end <= first) return undefined;
  const each = values.length / rows;
  return {
    start: first - region.start,
    count: end - first,
    values: values.subarray((first - row) * each, (end - row) * each),
  };
}
