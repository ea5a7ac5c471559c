import { spacingOf, type Image, type Samples } from '../io/image';
import { orientationOf } from '../io/orientation';
import { readDicom } from '../io/dicom/read-dicom';
import { readDicomSeries } from '../io/dicom/read-series';
import type { DicomHeader } from '../io/dicom/header';
import { typeName, type Inspection } from './inspection';
import { slicePreview } from './inspect-volumes';
import { summarise } from './value-summary';

type Told = Omit<Inspection, 'file' | 'bytes' | 'format'>;

/** Who the patient is, is not told: what is printed is often passed on. */
export async function inspectDicom(path: string): Promise<Told> {
  const { header, image, warnings } = await readDicom(path);
  const told = { details: detailsOf(header), warnings };
  if (!image) return { ...told, warnings: [...warnings, 'no pixels'] };
  const data = rescaled(image.data, header);
  const { shape, channels } = image;
  const [height, width] = shape.slice(-2);
  const frames = shape.length === 3 ? shape[0] : 1;
  const middle = Math.floor(frames / 2);
  const plane = height * width * channels;
  const seen: Image = { data: data.subarray(middle * plane, (middle + 1) * plane), shape, channels };
  const spacing = header.pixelSpacing;
  const preview = slicePreview(seen, middle, frames, [0, ...(spacing ?? [1, 1])]);
  if (frames === 1) delete preview.part;
  return {
    ...told,
    shape,
    channels,
    type: typeName(image.data),
    ...(spacing && shape.length === 2 ? { spacing } : {}),
    values: await summarise(() => [{ data, width, channels }]),
    preview,
  };
}

function detailsOf(header: DicomHeader): Record<string, string | number> {
  const { modality, seriesDescription, slope, intercept, rescaleType, windows, sliceThickness } = header;
  const told = {
    modality,
    series: seriesDescription,
    'image type': header.imageType.join(' ') || undefined,
    photometric: header.photometricInterpretation,
    'transfer syntax': header.transferSyntaxUid,
    'slice thickness': sliceThickness === undefined ? undefined : `${sliceThickness} mm`,
    rescale:
      slope === 1 && intercept === 0
        ? undefined
        : `${slope} × stored + ${intercept}${rescaleType ? ` ${rescaleType}` : ''}`,
    window: windows[0] && `centre ${windows[0].centre}, width ${windows[0].width}`,
  };
  return Object.fromEntries(
    Object.entries(told).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function rescaled(data: Samples, { slope, intercept }: DicomHeader): Samples {
  if (slope === 1 && intercept === 0) return data;
  return Float64Array.from(data, (value) => slope * value + intercept);
}

/** The largest series of a folder's DICOM files, as a volume. */
export async function inspectSeries(files: readonly string[]): Promise<Told> {
  const { volume, slices, warnings } = await readDicomSeries(files, {
    series: 'largest',
    gaps: 'warn',
    duplicates: 'first',
  });
  const { data, shape, channels } = volume;
  const middle = Math.floor(shape[0] / 2);
  const plane = shape[1] * shape[2] * channels;
  const seen = { data: data.subarray(middle * plane, (middle + 1) * plane), shape: shape.slice(1), channels };
  const spacing = spacingOf(volume);
  return {
    shape,
    channels,
    type: typeName(data),
    spacing,
    orientation: orientationOf(volume),
    details: { 'slices in the series': slices.length },
    values: await summarise(() => [{ data, width: shape[2], channels }]),
    warnings,
    preview: slicePreview(seen, middle, shape[0], spacing),
  };
}
