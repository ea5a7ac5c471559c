import type { Fingerprint, IntensityProperties } from './fingerprint';

/** nnU-Net's dataset_fingerprint.json. */
export interface FingerprintJson {
  foreground_intensity_properties_per_channel: Record<string, IntensityJson>;
  median_relative_size_after_cropping: number;
  shapes_after_crop: number[][];
  spacings: number[][];
}

export interface IntensityJson {
  max: number;
  mean: number;
  median: number;
  min: number;
  percentile_00_5: number;
  percentile_99_5: number;
  std: number;
}

/** A fingerprint as nnU-Net writes it. */
export function fingerprintJson(fingerprint: Fingerprint): FingerprintJson {
  const { spacings, shapes, intensities, relativeSizeAfterCropping } = fingerprint;
  return {
    foreground_intensity_properties_per_channel: intensitiesJson(intensities),
    median_relative_size_after_cropping: relativeSizeAfterCropping,
    shapes_after_crop: shapes,
    spacings,
  };
}

/** By channel number. */
export function intensitiesJson(intensities: readonly IntensityProperties[]): Record<string, IntensityJson> {
  return Object.fromEntries(
    intensities.map(({ percentile005, percentile995, max, mean, median, min, std }, channel) => [
      String(channel),
      { max, mean, median, min, percentile_00_5: percentile005, percentile_99_5: percentile995, std },
    ]),
  );
}

/**
 * The fingerprint in what nnU-Net wrote.
 *
 * @param json the parsed file
 * @param file what errors call it
 * @throws Error naming the file and the field, what was got and what was expected
 */
export function readFingerprintJson(json: unknown, file: string): Fingerprint {
  const fields = fieldsOf(json);
  const refuse = (field: string, expected: string): never => {
    throw new Error(`${file}: ${field}: got ${shown(fields[field])}; expected ${expected}`);
  };
  const triples = (field: string, right: (value: number) => boolean, what: string): number[][] => {
    const lists = fields[field];
    const triple = (list: unknown) => Array.isArray(list) && list.length === 3 && list.every(right);
    if (Array.isArray(lists) && lists.length > 0 && lists.every(triple)) return lists as number[][];
    return refuse(field, `a list of three ${what} for each case`);
  };
  const spacings = triples('spacings', isPositive, 'positive numbers');
  const shapes = triples(
    'shapes_after_crop',
    (side) => Number.isSafeInteger(side) && side > 0,
    'positive integers',
  );
  if (shapes.length !== spacings.length) {
    refuse('shapes_after_crop', `${spacings.length} lists, as there are spacings`);
  }
  const share = fields.median_relative_size_after_cropping;
  if (!isPositive(share) || share > 1)
    refuse('median_relative_size_after_cropping', 'a number above 0, at most 1');
  const intensities = readIntensities(fields.foreground_intensity_properties_per_channel);
  return {
    spacings,
    shapes,
    intensities:
      intensities ??
      refuse(
        'foreground_intensity_properties_per_channel',
        'mean, median, std, min, max, percentile_00_5 and percentile_99_5 for each of the channels "0", "1" …',
      ),
    relativeSizeAfterCropping: share as number,
  };
}

/** @returns undefined where it is none */
export function readIntensities(json: unknown): IntensityProperties[] | undefined {
  const channels = fieldsOf(json);
  const count = Object.keys(channels).length;
  const read = Array.from({ length: count }, (_, channel): IntensityProperties | undefined => {
    const { percentile_00_5, percentile_99_5, ...rest } = fieldsOf(channels[String(channel)]);
    const { mean, median, std, min, max } = rest;
    const values = {
      mean,
      median,
      std,
      min,
      max,
      percentile005: percentile_00_5,
      percentile995: percentile_99_5,
    };
    return Object.values(values).every(Number.isFinite)
      ? (values as unknown as IntensityProperties)
      : undefined;
  });
  return count > 0 && read.every((one) => one !== undefined) ? (read as IntensityProperties[]) : undefined;
}

/** The fields of a parsed JSON object; none where it is something else. */
export const fieldsOf = (json: unknown): Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Record<string, unknown>) : {};

const isPositive = (value: unknown): value is number =>
  typeof value === 'number' && value > 0 && value < Infinity;

/** So many characters of what is wrong are shown. */
const SHOWN = 120;

/** A part of a parsed JSON file, for an error. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > SHOWN ? `${text.slice(0, SHOWN)} …` : text;
}
