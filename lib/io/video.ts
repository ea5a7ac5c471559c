import type { Image } from './image';
import { probeVideo, type VideoHeader } from './video-header';
import { inputArguments, QUIET, startProcess, type VideoProcess } from './video-process';

export interface ReadVideoOptions {
  /** Frames a second to give, by leaving out or repeating; all frames of the file by default. */
  fps?: number;
  /** [height, width] to scale frames to (bicubic); the video's own by default. */
  size?: readonly [number, number];
  /** Seconds; 0 by default. */
  from?: number;
  /** Seconds; the end by default. */
  to?: number;
  /** The most bytes that one frame may take, as it is in the file and as it is given; 256 MiB by default. */
  maxBytes?: number;
  /** Gives what can be decoded of a damaged video instead of throwing; false by default. */
  tolerant?: boolean;
}

/** Frames of a video, to be walked over with `for await`, as often as wanted; each time the file is decoded anew. */
export interface Video extends AsyncIterable<Image<Uint8Array>> {
  /** Pixels of the frames that are given. */
  height: number;
  width: number;
  /** Frames a second that are given. */
  fps: number;
  /** About how many are given: exact where the file says how many it has and no part or rate was chosen. */
  frames: number;
  /** Seconds from the first to the end of the last. */
  duration: number;
  /** The file as it is. */
  source: VideoHeader;
}

const DEFAULT_LIMIT = 2 ** 28;
const CHANNELS = 3;

/**
 * Opens a video by FFmpeg (`ffmpeg` and `ffprobe` on the PATH) and gives its frames one by one: few are in memory at any
 * time, and FFmpeg waits for who takes them. FFmpeg's process ends with the loop, also by `break` or an error.
 *
 * ```ts
 * const video = await readVideo('bikes.mp4', { fps: 5, from: 2 });
 * for await (const frame of video) showImages([frame]);
 * ```
 *
 * Shape of a frame: [height, width], 3 channels (RGB), Uint8Array
 *
 * @throws RangeError for options out of their ranges; Error naming the file, see `readVideoHeader`, or for frames above
 *   `maxBytes`; while frames are read, Error after the last good frame of a damaged video, unless `tolerant`
 */
export async function readVideo(path: string, options: ReadVideoOptions = {}): Promise<Video> {
  requireOptions(options);
  const source = await probeVideo('readVideo', path);
  const { maxBytes = DEFAULT_LIMIT, from = 0, fps = source.fps } = options;
  const [height, width] = options.size ?? [source.height, source.width];
  for (const [what, pixels] of [
    ['frames', source.height * source.width],
    ['size', height * width],
  ] as const) {
    if (pixels * CHANNELS > maxBytes) {
      throw new Error(
        `readVideo: ${path}: got ${what} of ${pixels * CHANNELS} bytes; expected at most ${maxBytes}; raise maxBytes ` +
          'to read it',
      );
    }
  }
  if (from > 0 && from >= source.duration) {
    throw new RangeError(
      `readVideo: got from ${from}; expected less than the ${source.duration} s of ${path}`,
    );
  }
  const duration = Math.min(options.to ?? Infinity, source.duration) - from;
  const whole = options.fps === undefined && from === 0 && options.to === undefined;
  const frames = whole ? source.frames : Math.max(1, Math.round(duration * fps));
  const plan = { path, options, height, width, fps };
  return {
    height,
    width,
    fps,
    frames,
    duration,
    source,
    [Symbol.asyncIterator]: () => decode(plan),
  };
}

function requireOptions({ fps, size, from = 0, to = Infinity, maxBytes }: ReadVideoOptions): void {
  const refuse = (name: string, got: unknown, expected: string): never => {
    throw new RangeError(`readVideo: got ${name} ${String(got)}; expected ${expected}`);
  };
  if (fps !== undefined && !(fps > 0 && fps <= 1000)) refuse('fps', fps, 'a number above 0, up to 1000');
  if (size && !(size.length === 2 && size.every((side) => Number.isInteger(side) && side > 0))) {
    refuse('size', `[${size.join(', ')}]`, '[height, width], positive integers');
  }
  if (!(from >= 0 && from < Infinity)) refuse('from', from, 'seconds from 0 on');
  if (!(to > from)) refuse('to', to, `seconds above from, ${from}`);
  if (maxBytes !== undefined && !(maxBytes > 0)) refuse('maxBytes', maxBytes, 'a positive number');
}

interface Plan {
  path: string;
  options: ReadVideoOptions;
  height: number;
  width: number;
  fps: number;
}

async function* decode({
  path,
  options,
  height,
  width,
  fps,
}: Plan): AsyncGenerator<Image<Uint8Array>, void, undefined> {
  const { from = 0, to, tolerant = false } = options;
  const part = [
    ...(from > 0 ? ['-ss', String(from)] : []),
    ...(to === undefined ? [] : ['-t', String(to - from)]),
  ];
  const filters = [
    ...(options.fps === undefined ? [] : [`fps=${options.fps}`]),
    `scale=${width}:${height}:flags=bicubic+accurate_rnd+full_chroma_int`,
    // One tick a frame, whatever the frames' times are: else frames are repeated to fill what lies between them.
    'settb=1/1000',
    `setpts=N*${1000 / STEADY_RATE}`,
  ];
  const running = startProcess(
    'readVideo',
    'ffmpeg',
    [
      ...['-nostdin', ...QUIET, ...part, ...inputArguments(path)],
      ...['-map', '0:v:0', '-vf', filters.join(','), '-r', String(STEADY_RATE)],
      ...['-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
    ],
    ['ignore', 'pipe', 'pipe'],
  );
  try {
    let given = 0;
    for await (const data of wholeFrames(running, height * width * CHANNELS)) {
      given++;
      yield { data, shape: [height, width], channels: CHANNELS };
    }
    const code = await running.ended;
    const message = running.message();
    if (tolerant ? given === 0 : code !== 0 || message !== '' || given === 0) {
      const got = message || `no more frames (ffmpeg ended with ${code ?? 'a signal'})`;
      throw new Error(
        `readVideo: ${path}: after frame ${given} (${(from + given / fps).toFixed(2)} s): got ${got}; expected a whole ` +
          'video; tolerant: true gives what can be read',
      );
    }
  } finally {
    await running.stop();
  }
}

/** Frames a second on the way out of ffmpeg, where time means nothing any more. */
const STEADY_RATE = 25;

async function* wholeFrames(
  { child }: VideoProcess,
  bytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let frame = new Uint8Array(bytes);
  let filled = 0;
  for await (const part of child.stdout as AsyncIterable<Buffer>) {
    for (let taken = 0; taken < part.length;) {
      const count = Math.min(part.length - taken, bytes - filled);
      frame.set(part.subarray(taken, taken + count), filled);
      taken += count;
      filled += count;
      if (filled < bytes) continue;
      yield frame;
      frame = new Uint8Array(bytes);
      filled = 0;
    }
  }
}
