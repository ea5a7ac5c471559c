import { duplicatesOf, gapsOf, pileAffine, sortSlices, unlikeFirst } from './slice-geometry';
import type { Refuse } from '../tiff-directory';
import type { Warn } from './refusal';
import type { ReadDicomSeriesOptions } from './series-options';
import { nameSlice, nameSlices, type DicomSlice } from './slices';

/** The slices of one volume in order, and where they are. */
export interface ChosenSeries {
  slices: DicomSlice[];
  affine: number[];
}

/** One series of slices, checked to be one volume; what is wrong with it is an error or a warning as the options say. */
export function chooseSeries(
  all: readonly DicomSlice[],
  options: ReadDicomSeriesOptions,
  refuse: Refuse,
  warn: Warn,
): ChosenSeries {
  const series = oneSeries(withoutLocalizers(all, warn), options, refuse, warn);
  const selected = options.select ? series.filter(options.select) : series;
  if (selected.length === 0) refuse('option select', `none of ${series.length} slices`, 'at least one');

  const groups = unlikeFirst(selected);
  if (groups.length > 1) {
    const got = groups.map(({ what, slices }) => `${what}: ${nameSlices(slices, 3)}`).join('; ');
    refuse('series', got, 'slices of one size, spacing and orientation; choose some by the option select');
  }
  const slices = withoutDuplicates(sortSlices(selected), options, refuse, warn);
  const gaps = gapsOf(slices);
  if (gaps.length > 0 && (options.gaps ?? 'error') === 'error') {
    refuse(
      'slices',
      gaps.join('; '),
      "even distances; the option gaps: 'warn' reads them with the mean distance",
    );
  }
  gaps.forEach((gap) => warn(`${gap}; the affine has the mean distance`));
  const { affine, tilt } = pileAffine(slices);
  if (tilt > 0) {
    const degrees = Number(tilt.toFixed(2));
    warn(
      `the slices are sheared by ${degrees}° (gantry tilt) from ${nameSlice(slices[0])} on; the affine says so`,
    );
  }
  return { slices, affine };
}

function withoutLocalizers(slices: readonly DicomSlice[], warn: Warn): readonly DicomSlice[] {
  const localizers = slices.filter(({ header }) => header.imageType.includes('LOCALIZER'));
  if (localizers.length === 0 || localizers.length === slices.length) return slices;
  warn(`localizers, left out: ${nameSlices(localizers)}`);
  return slices.filter((slice) => !localizers.includes(slice));
}

function oneSeries(
  slices: readonly DicomSlice[],
  { series }: ReadDicomSeriesOptions,
  refuse: Refuse,
  warn: Warn,
): readonly DicomSlice[] {
  const groups = new Map<string, DicomSlice[]>();
  for (const slice of slices) {
    const uid = slice.header.seriesInstanceUid ?? 'no UID';
    groups.set(uid, [...(groups.get(uid) ?? []), slice]);
  }
  const list = [...groups].map(([uid, members]) => `${uid} (${describeSeries(members)})`).join('; ');
  if (series === undefined) {
    if (groups.size > 1)
      refuse('files', `${groups.size} series: ${list}`, 'one; choose it by the option series');
    return slices;
  }
  if (series === 'largest') {
    const largest = [...groups.values()].reduce((best, group) => (group.length > best.length ? group : best));
    if (groups.size > 1) warn(`${groups.size} series, read is the largest: ${list}`);
    return largest;
  }
  return groups.get(series) ?? refuse('option series', series, `one of ${list}`);
}

function describeSeries(slices: readonly DicomSlice[]): string {
  const { modality, seriesDescription } = slices[0].header;
  return [modality, seriesDescription, `${slices.length} slices`, nameSlice(slices[0])]
    .filter(Boolean)
    .join(', ');
}

function withoutDuplicates(
  sorted: DicomSlice[],
  { duplicates = 'error' }: ReadDicomSeriesOptions,
  refuse: Refuse,
  warn: Warn,
): DicomSlice[] {
  const left = new Set(sorted);
  for (const group of duplicatesOf(sorted)) {
    const copies = group.filter((slice, index) => isCopy(slice, group.slice(0, index)));
    if (copies.length > 0) warn(`copies of ${nameSlice(group[0])}, left out: ${nameSlices(copies)}`);
    copies.forEach((copy) => left.delete(copy));
    const rest = group.filter((slice) => left.has(slice));
    if (rest.length < 2) continue;
    if (duplicates === 'error') {
      refuse(
        'slices',
        `${rest.length} at one place: ${nameSlices(rest)}`,
        "one at each place; the option duplicates ('first', 'last') or select chooses",
      );
    }
    const byNumber = [...rest].sort((a, b) => instance(a) - instance(b));
    const kept = duplicates === 'first' ? byNumber[0] : byNumber[byNumber.length - 1];
    warn(`${rest.length} slices at one place (${nameSlices(rest)}); read is ${nameSlice(kept)}`);
    rest.filter((slice) => slice !== kept).forEach((slice) => left.delete(slice));
  }
  return sorted.filter((slice) => left.has(slice));
}

const instance = ({ header, frame }: DicomSlice) => (header.instanceNumber ?? 0) + frame;

/** The same instance in a second file. */
function isCopy({ header, frame }: DicomSlice, others: readonly DicomSlice[]): boolean {
  return others.some(
    (other) =>
      header.sopInstanceUid !== undefined &&
      other.frame === frame &&
      other.header.sopInstanceUid === header.sopInstanceUid,
  );
}
