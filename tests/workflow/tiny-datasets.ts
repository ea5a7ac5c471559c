import { join } from 'node:path';
import type { Image, Volume } from '../../lib/io/image';
import { writeNifti } from '../../lib/io/nifti-write';
import { writePng } from '../../lib/io/png-write';
import { writeJson } from '../../lib/workflow/results';
import { seededRandom } from '../../lib/runtime/seed';

/** A ball in noise: [depth, height, width]; label 1 inside. */
function ball(
  shape: readonly [number, number, number],
  seed: number,
): { image: Float32Array; labels: Uint8Array } {
  const random = seededRandom(seed);
  const centre = shape.map((size) => size * (0.35 + 0.3 * random()));
  const radius = 0.3 + 0.1 * random();
  const labels = new Uint8Array(shape[0] * shape[1] * shape[2]);
  const image = new Float32Array(labels.length);
  for (let z = 0, at = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      for (let x = 0; x < shape[2]; x++, at++) {
        const place = [z, y, x].map((value, axis) =>
          shape[axis] > 1 ? (value - centre[axis]) / shape[axis] : 0,
        );
        labels[at] = Number(Math.hypot(...place) < radius);
        image[at] = 60 + 100 * labels[at] + 30 * random();
      }
    }
  }
  return { image, labels };
}

export const PICTURE = [40, 48] as const;

/** A picture with a bright disc. */
export function picture(seed: number): { image: Image<Uint8Array>; mask: Image<Uint8Array> } {
  const { image, labels } = ball([1, ...PICTURE], seed);
  return {
    image: { data: Uint8Array.from(image), shape: PICTURE, channels: 1 },
    mask: { data: labels, shape: PICTURE, channels: 1 },
  };
}

/** Six pictures with discs, in nnU-Net's raw layout. */
export async function writePictures(folder: string, count = 6): Promise<void> {
  for (let number = 0; number < count; number++) {
    const { image, mask } = picture(number + 1);
    await writePng(join(folder, 'imagesTr', `disc_${number}_0000.png`), image);
    await writePng(join(folder, 'labelsTr', `disc_${number}.png`), mask);
  }
  writeDescription(folder, { channels: ['gray'], count, ending: '.png' });
}

/** Slices 3 mm apart, not in RAS order, turned about the first axis, away from the origin. */
export const AFFINE = [0, 0, -1.5, 30, 0, 1.2, 0, -20, 3, 0.2, 0, 7, 0, 0, 0, 1];
export const VOLUME = [12, 24, 28] as const;

/** Two channels of a volume with a ball; the second is the first one's negative. */
export function volumes(seed: number): { channels: Volume<Int16Array>[]; mask: Volume<Uint8Array> } {
  const { image, labels } = ball(VOLUME, seed);
  const volume = <T extends Int16Array | Uint8Array>(data: T): Volume<T> => ({
    ...{ data, shape: VOLUME, channels: 1, affine: AFFINE },
  });
  const channels = [Int16Array.from(image), Int16Array.from(image, (value) => -value)];
  return { channels: channels.map(volume), mask: volume(labels) };
}

/** Volumes of two channels, in nnU-Net's raw layout. */
export async function writeVolumes(folder: string, count = 5): Promise<void> {
  for (let number = 0; number < count; number++) {
    const { channels, mask } = volumes(number + 1);
    for (const [channel, volume] of channels.entries()) {
      await writeNifti(join(folder, 'imagesTr', `ball_${number}_000${channel}.nii.gz`), volume);
    }
    await writeNifti(join(folder, 'labelsTr', `ball_${number}.nii.gz`), mask);
  }
  writeDescription(folder, { channels: ['T1', 'T2'], count, ending: '.nii.gz' });
}

function writeDescription(folder: string, of: { channels: string[]; count: number; ending: string }): void {
  writeJson(join(folder, 'dataset.json'), {
    channel_names: Object.fromEntries(of.channels.map((name, number) => [number, name])),
    labels: { background: 0, target: 1 },
    numTraining: of.count,
    file_ending: of.ending,
  });
}
