import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DicomItem } from '../../../lib/io/dicom/encode';
import { bytesOf, dicomFile } from './dicom-file';

/** The folder of a test; gone when it ends. */
export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'segcourse-series-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** An axial slice of 2 × 3 pixels at a height; all of its stored values are `value`. */
export function slice(z: number, value: number, attributes: DicomItem = {}): Uint8Array {
  return dicomFile({
    SOPInstanceUID: `1.2.3.${Math.round(1000 + 10 * z)}`,
    ImagePositionPatient: [-10, -20, z],
    ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
    PixelSpacing: [0.5, 0.75],
    SliceThickness: 2,
    InstanceNumber: Math.round(100 - z),
    BitsStored: 12,
    HighBit: 11,
    PixelData: bytesOf(new Uint16Array(6).fill(value)),
    ...attributes,
  });
}

export function writeAll(folder: string, files: Record<string, Uint8Array>): void {
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
}
