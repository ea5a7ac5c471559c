import type { Samples } from '../image';

/** A part of the range of values, in their units (HU in CT). */
export interface VoiWindow {
  centre: number;
  width: number;
  /** VOI LUT function: linear (the default), linear-exact or sigmoid. */
  shape?: 'linear' | 'linear-exact' | 'sigmoid';
}

/** Windows of CT, in HU, as radiology's textbooks and viewers have them. */
export const VOI_WINDOWS = {
  abdomen: { centre: 40, width: 400 },
  bone: { centre: 400, width: 1800 },
  brain: { centre: 40, width: 80 },
  liver: { centre: 60, width: 160 },
  lung: { centre: -600, width: 1500 },
  mediastinum: { centre: 50, width: 350 },
  softTissue: { centre: 50, width: 400 },
  stroke: { centre: 40, width: 40 },
  subdural: { centre: 80, width: 200 },
} as const satisfies Record<string, VoiWindow>;

export type VoiWindowName = keyof typeof VOI_WINDOWS;

/**
 * The values of a window stretched to `range`, those outside at its ends.
 *
 * With centre c, width w and y from 0 to 1:
 * - linear: y = (x − (c − ½)) / (w − 1) + ½, 0 for x ≤ c − ½ − (w − 1) / 2, 1 for x > c − ½ + (w − 1) / 2
 * - linear-exact: y = (x − c) / w + ½, 0 for x ≤ c − w / 2, 1 for x > c + w / 2
 * - sigmoid: y = 1 / (1 + exp(−4 (x − c) / w))
 *
 * Source: DICOM PS3.3 C.11.2.1.2 and C.11.2.1.3.
 *
 * @param window a window, or the name of one of `VOI_WINDOWS`
 * @param range what the window's ends become; [0, 1] by default
 * @throws RangeError for an unknown name or shape, a width below 1 (linear) or not above 0, or numbers that are not finite
 */
export function windowed(
  values: Samples | readonly number[],
  window: VoiWindow | VoiWindowName,
  range: readonly [number, number] = [0, 1],
): Float32Array {
  const { centre, width, shape = 'linear' } = checkWindow(window);
  const [low, high] = range;
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    throw new RangeError(`windowed: got range [${range.join(', ')}]; expected two finite numbers`);
  }
  const spread = high - low;
  const result = new Float32Array(values.length);
  if (shape === 'sigmoid') {
    for (let index = 0; index < values.length; index++) {
      result[index] = spread / (1 + Math.exp((-4 * (values[index] - centre)) / width)) + low;
    }
    return result;
  }
  const middle = shape === 'linear' ? centre - 0.5 : centre;
  const length = shape === 'linear' ? width - 1 : width;
  const [bottom, top] = [middle - length / 2, middle + length / 2];
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (value <= bottom) result[index] = low;
    else if (value > top) result[index] = high;
    else result[index] = ((value - middle) / length + 0.5) * spread + low;
  }
  return result;
}

function checkWindow(window: VoiWindow | VoiWindowName): VoiWindow {
  if (typeof window === 'string') {
    if (Object.hasOwn(VOI_WINDOWS, window)) return VOI_WINDOWS[window];
    const names = Object.keys(VOI_WINDOWS).join(', ');
    throw new RangeError(
      `windowed: got window '${String(window)}'; expected one of ${names}, or centre and width`,
    );
  }
  const { centre, width, shape = 'linear' } = window;
  const shapes = ['linear', 'linear-exact', 'sigmoid'];
  if (!shapes.includes(shape)) {
    throw new RangeError(`windowed: got shape '${shape}'; expected one of ${shapes.join(', ')}`);
  }
  const fits = shape === 'linear' ? width >= 1 : width > 0;
  if (!Number.isFinite(centre) || !Number.isFinite(width) || !fits) {
    const least = shape === 'linear' ? 'at least 1' : 'above 0';
    throw new RangeError(
      `windowed: got centre ${centre} and width ${width}; expected a finite centre and a width ${least}`,
    );
  }
  return window;
}
