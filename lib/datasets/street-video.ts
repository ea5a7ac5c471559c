import type { Image } from '../io/image';
import { readVideo } from '../io/video';
import { ensureDataset } from './ensure';
import { realOrSynthetic, type SourceOptions } from './source';
import { syntheticStreet } from './synthetic/street';

const FILES = { bikes: 'bikes.mp4', pedestrians: 'pedestrians_vtest_8s.mp4' };

export interface LoadStreetVideoOptions extends SourceOptions {
  /** `bikes`: 640 × 272, people, cars, bicycles; `pedestrians`: 640 × 480. Default 'pedestrians'. */
  name?: keyof typeof FILES;
  /** Frames a second to give; 10 by default. */
  fps?: number;
  /** [height, width] of the frames; [240, 320] by default. */
  size?: readonly [number, number];
  /** Seconds of the video to leave out; 0 by default. */
  from?: number;
  /** The most seconds to give; 4 by default. */
  seconds?: number;
}

/** Frames of a street, to be walked over with `for await`. */
export interface StreetVideo extends AsyncIterable<Image<Uint8Array>> {
  source: 'video' | 'synthetic';
  fps: number;
  /** One line for the reader: which video this is, and why. */
  notice: string;
}

/**
 * A street scene with people, cars and bicycles: one of OpenCV's example videos, or a synthetic twin.
 *
 * Shape of a frame: [height, width], 3 channels (RGB), Uint8Array
 *
 * @throws RangeError for a name that there is not, and options out of their ranges; DataError when the real one is wanted and
 *   cannot be had, and, also for `auto`, when the file on disk is damaged; what `readVideo` throws
 */
export async function loadStreetVideo(options: LoadStreetVideoOptions = {}): Promise<StreetVideo> {
  const {
    name = 'pedestrians',
    fps = 10,
    size = [240, 320],
    from = 0,
    seconds = 4,
    source = 'auto',
    seed = 0,
  } = options;
  if (!Object.hasOwn(FILES, name)) {
    throw new RangeError(
      `loadStreetVideo: got name ${JSON.stringify(name)}; expected one of ${Object.keys(FILES).join(', ')}`,
    );
  }
  if (!(seconds > 0 && seconds <= 3600)) {
    throw new RangeError(`loadStreetVideo: got seconds ${seconds}; expected a number above 0, up to 3600`);
  }
  return realOrSynthetic(
    'loadStreetVideo',
    source,
    async (): Promise<StreetVideo> => {
      const { paths, origin } = await ensureDataset('video', {
        files: [FILES[name]],
        onProgress: options.onProgress,
      });
      const video = await readVideo(paths[FILES[name]], { fps, size, from, to: from + seconds });
      const notice = `Video: ${FILES[name]}, ${size[1]} × ${size[0]} pixels, from the ${origin}.`;
      return { source: 'video', fps, notice, [Symbol.asyncIterator]: () => video[Symbol.asyncIterator]() };
    },
    (why): StreetVideo => {
      const [height, width] = size;
      const frames = Math.max(1, Math.round(seconds * fps));
      const notice = `Video: a synthetic street in place of ${FILES[name]} (seed ${seed}), ${why}`;
      return {
        source: 'synthetic',
        fps,
        notice,
        async *[Symbol.asyncIterator]() {
          for (const { image } of syntheticStreet({ height, width, frames, fps, seed })) yield image;
        },
      };
    },
  );
}
