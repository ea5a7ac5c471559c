import type { FileFormat } from '../io/file-format';
import type { FileStart } from '../io/file-start';
import { inspectNpy, inspectNpz, inspectSafetensors, inspectTorch } from './inspect-arrays';
import { inspectDicom } from './inspect-dicom';
import { inspectJpeg, inspectPng, inspectTiff, inspectVideo } from './inspect-images';
import { inspectMgh, inspectNifti } from './inspect-volumes';
import type { Inspection } from './inspection';

/** How `segcourse inspect` looks at a file of each format. */
export const INSPECTORS: Record<
  FileFormat,
  (path: string, start: FileStart) => Promise<Omit<Inspection, 'file' | 'bytes' | 'format'>>
> = {
  PNG: inspectPng,
  JPEG: inspectJpeg,
  TIFF: inspectTiff,
  DICOM: inspectDicom,
  NIfTI: inspectNifti,
  'NumPy array': inspectNpy,
  'NumPy archive': inspectNpz,
  'PyTorch checkpoint': inspectTorch,
  safetensors: inspectSafetensors,
  video: inspectVideo,
  MGH: inspectMgh,
};
