import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Image } from './image';
import { localFile, QUIET, startProcess, type VideoProcess } from './video-process';

export interface WriteVideoOptions {
  /** Frames a second; 25 by default. */
  fps?: number;
  /** x264's constant rate factor: 0 is best, 51 worst, 6 more is half the size; 18 by default, seen as lossless. */
  quality?: number;
}

/**
 * Writes frames as an MP4 file that every browser and player shows: H.264 in yuv420p with BT.709 colours. The size is the
 * first frame's; an odd side gets one more row or column of black, which yuv420p needs. Frames are taken one by one, as
 * FFmpeg takes them, and the file is written beside its place and renamed.
 *
 * Shape of a frame: [height, width], 1 (gray) or 3 (RGB) channels, Uint8Array
 *
 * @returns how many frames were written
 * @throws RangeError for options out of their ranges, no frame, or a frame unlike the first; Error where FFmpeg is missing
 *   or cannot write; what the frames' source throws. None of them leaves a file.
 */
export async function writeVideo(
  path: string,
  frames: Iterable<Image<Uint8Array>> | AsyncIterable<Image<Uint8Array>>,
  { fps = 25, quality = 18 }: WriteVideoOptions = {},
): Promise<number> {
  if (!(fps > 0 && fps <= 1000)) {
    throw new RangeError(`writeVideo: got fps ${fps}; expected a number above 0, up to 1000`);
  }
  if (!Number.isInteger(quality) || quality < 0 || quality > 51) {
    throw new RangeError(`writeVideo: got quality ${quality}; expected an integer from 0 (best) to 51`);
  }
  await mkdir(dirname(resolve(path)), { recursive: true });
  const beside = `${path}.${process.pid}.part`;
  let running: VideoProcess | undefined;
  let first: Image<Uint8Array> | undefined;
  let written = 0;
  try {
    for await (const frame of frames) {
      requireFrame(frame, written, first);
      first ??= frame;
      running ??= startEncoder(beside, frame, fps, quality);
      if (!(await write(running, frame.data))) break;
      written++;
    }
    if (!running) throw new RangeError('writeVideo: got no frame; expected at least one');
    running.child.stdin!.end();
    const code = await running.ended;
    if (code !== 0) {
      const got = running.message() || `ffmpeg's end with ${code ?? 'a signal'}`;
      throw new Error(
        `writeVideo: ${path}: got ${got}; expected a file of frame ${written}; see whether ` +
          '`ffmpeg -encoders` lists libx264 and the disk has room',
      );
    }
    await rename(beside, path);
    return written;
  } finally {
    await running?.stop();
    await rm(beside, { force: true });
  }
}

function requireFrame(frame: Image<Uint8Array>, number: number, first = frame): void {
  const { data, shape, channels } = frame;
  const describe = (image: Image) => `${image.shape.join('×')} with ${image.channels} channels`;
  if (shape.length !== 2 || (channels !== 1 && channels !== 3) || !(data instanceof Uint8Array)) {
    throw new RangeError(
      `writeVideo: got frame ${number} of ${describe(frame)}; expected [height, width] of bytes with 1 channel (gray) ` +
        'or 3 (RGB)',
    );
  }
  if (data.length !== shape[0] * shape[1] * channels || data.length === 0) {
    throw new RangeError(
      `writeVideo: got frame ${number} of ${data.length} bytes; expected those of ${describe(frame)}`,
    );
  }
  if (shape[0] !== first.shape[0] || shape[1] !== first.shape[1] || channels !== first.channels) {
    throw new RangeError(
      `writeVideo: got frame ${number} of ${describe(frame)}; expected ${describe(first)} like the first`,
    );
  }
}

function startEncoder(path: string, { shape, channels }: Image, fps: number, quality: number): VideoProcess {
  const [height, width] = shape;
  const raw = ['-f', 'rawvideo', '-pix_fmt', channels === 1 ? 'gray' : 'rgb24'];
  const filters = ['pad=ceil(iw/2)*2:ceil(ih/2)*2', 'scale=out_color_matrix=bt709:out_range=tv'];
  const colours = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'];
  const running = startProcess(
    'writeVideo',
    'ffmpeg',
    [
      ...QUIET,
      ...[...raw, '-video_size', `${width}x${height}`, '-framerate', String(fps), '-i', 'pipe:0'],
      ...['-vf', filters.join(','), '-c:v', 'libx264', '-crf', String(quality), '-pix_fmt', 'yuv420p'],
      ...[...colours, '-movflags', '+faststart', '-f', 'mp4', '-y', localFile(path)],
    ],
    ['pipe', 'ignore', 'pipe'],
  );
  running.child.stdin!.on('error', () => undefined); // why it ended, its exit tells
  return running;
}

/** Waits until ffmpeg took the bytes; false where it has ended. */
async function write({ child, ended }: VideoProcess, bytes: Uint8Array): Promise<boolean> {
  const taken = new Promise<boolean>((fulfil) => {
    child.stdin!.write(bytes, (error) => fulfil(!error));
  });
  return Promise.race([taken, ended.then(() => false)]);
}
