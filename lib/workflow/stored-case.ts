import { join } from 'node:path';
import type { CaseProperties } from './preprocess';

/** What is known of a preprocessed case without its voxels. */
export interface StoredCase {
  id: string;
  /** [slices, rows, columns] */
  shape: number[];
  channels: number;
  properties: CaseProperties;
  /** Rows of the file of places that belong to each entry of `foreground`, [from, to). */
  places: [from: number, to: number][];
  /** Those of voxels with any label but the ignored one, where there is one. */
  annotated?: [from: number, to: number];
}

export type StoredPart = 'image' | 'labels' | 'places';

/** Where a part of a case is: image float32 [z, y, x, c], labels int16 [z, y, x], places uint32 [n], voxels' numbers. */
export const storedFile = (folder: string, id: string, part: StoredPart): string =>
  join(folder, `${id}.${part}.npy`);
