import { Dimensions, perAxis, Size } from './layers';
import { requireCounts } from './options';

/** How wide and how deep an encoder is: by its first width and its poolings, or level by level. */
export interface LevelOptions {
  /** Channels at the image's size; they double at each pooling. */
  baseChannels?: number;
  /** Poolings: there is one level more. */
  numBlocks?: number;
  /** Channels of each level, from the image's size down, instead of baseChannels and numBlocks. */
  channels?: readonly number[];
  /** Strides of each step down, for all axes or for each: 2 by default. 1 keeps the size along an axis. */
  strides?: readonly Size[];
}

export interface Levels {
  /** One number for each level, from the image's size down. */
  channels: number[];
  /** One for each step down; one number for each spatial axis. */
  strides: number[][];
}

/**
 * Channels and strides of an encoder's levels.
 *
 * @param defaults for baseChannels and numBlocks
 * @throws RangeError for counts below 1, fewer than two levels, strides that are not one for each step, and for
 * `channels` beside baseChannels or numBlocks
 */
export function levels(
  owner: string,
  dimensions: Dimensions,
  options: LevelOptions,
  defaults: { baseChannels: number; numBlocks: number },
): Levels {
  const channels = levelChannels(owner, options, defaults);
  const steps = channels.length - 1;
  const { strides = new Array<Size>(steps).fill(2) } = options;
  if (strides.length !== steps) {
    throw new RangeError(
      `${owner}: got ${strides.length} strides; expected ${steps}, one for each step from one of the ` +
        `${channels.length} levels to the next`,
    );
  }
  return { channels, strides: strides.map((stride) => perAxis(owner, 'strides', stride, dimensions)) };
}

function levelChannels(
  owner: string,
  options: LevelOptions,
  defaults: { baseChannels: number; numBlocks: number },
): number[] {
  const { channels } = options;
  if (channels === undefined) {
    const { baseChannels = defaults.baseChannels, numBlocks = defaults.numBlocks } = options;
    requireCounts(owner, { baseChannels, numBlocks });
    return Array.from({ length: numBlocks + 1 }, (_, level) => baseChannels * 2 ** level);
  }
  if (options.baseChannels !== undefined || options.numBlocks !== undefined) {
    throw new RangeError(
      `${owner}: got channels together with baseChannels or numBlocks; expected one or the other: ` +
        'leave channels out, or give channels alone',
    );
  }
  requireCounts(owner, Object.fromEntries(channels.map((count, level) => [`channels[${level}]`, count])));
  if (channels.length < 2) {
    throw new RangeError(
      `${owner}: got channels [${channels.join(', ')}]; expected those of at least 2 levels`,
    );
  }
  return [...channels];
}
