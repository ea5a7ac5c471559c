import { tar, tarGz, zip } from './archives';
import { dicom } from './dicom';
import { dicomSegmentation, dicomSeries } from './dicom-series';
import { FAULTY, type Fault } from './faulty';
import type { HostileFormat } from './format';
import { jpeg } from './jpeg';
import { npy, npz } from './npy';
import { png } from './png';
import { tiff } from './tiff';
import { videoHeader } from './video';
import { mgh, nifti } from './volumes';

export const FORMATS = {
  tiff,
  png,
  jpeg,
  nifti,
  mgh,
  npy,
  npz,
  dicom,
  'dicom series': dicomSeries,
  'dicom segmentation': dicomSegmentation,
  zip,
  tar,
  'tar.gz': tarGz,
  'video header': videoHeader,
} satisfies Record<string, HostileFormat>;

export type FormatName = keyof typeof FORMATS;

export const FORMAT_NAMES = Object.keys(FORMATS) as FormatName[];

/** The same, and readers with faults, which prove the test. */
export const READERS: Record<FormatName | Fault, HostileFormat> = { ...FORMATS, ...FAULTY };

export type ReaderName = keyof typeof READERS;
