import { access, constants, stat } from 'node:fs/promises';
import { inputArguments, QUIET, startProcess } from './video-process';

/** What a video file says of itself. */
export interface VideoHeader {
  /** Pixels of a frame as it is shown, after the turn that telephones note in the file. */
  height: number;
  width: number;
  /** Frames a second, on average. */
  fps: number;
  /** How many there are: as the file says, or else as duration and fps give it. */
  frames: number;
  /** Seconds. */
  duration: number;
  /** Such as h264. */
  codec: string;
  /** FFmpeg's name of how colours are stored, such as yuv420p. */
  pixelFormat: string;
  /** FFmpeg's names of the container, such as 'mov,mp4,m4a,3gp,3g2,mj2'. */
  container: string;
}

/** A damaged file must not keep its reader busy. */
const LONGEST_PROBE = 20_000;
const MOST_OUTPUT = 2 ** 20;

/**
 * Asks FFmpeg's ffprobe what a video is. Nothing but the file is opened, and no playlist.
 *
 * @throws Error naming the file: not there, not a video in a container that is read, without a video stream, damaged; or
 *   where FFmpeg is missing, with the command that brings it
 */
export async function readVideoHeader(path: string): Promise<VideoHeader> {
  return probeVideo('readVideoHeader', path);
}

export async function probeVideo(owner: string, path: string): Promise<VideoHeader> {
  const refuse = (got: string, expected: string): never => {
    throw new Error(`${owner}: ${path}: got ${got}; expected ${expected}`);
  };
  if (!(await stat(path)).isFile()) refuse('something that is no file', 'a video file');
  await access(path, constants.R_OK);
  const { text, code, message } = await probe(owner, path);
  if (code !== 0) {
    refuse(
      message === '' ? 'no answer from ffprobe' : `what ffprobe refuses (${message})`,
      'a whole video file, such as MP4, Matroska or AVI',
    );
  }
  const { streams = [], format = {} } = JSON.parse(text) as Probe;
  const stream = streams[0] ?? refuse('no video stream', 'at least one');
  const turned = isTurned(stream);
  const [width, height] = turned ? [stream.height, stream.width] : [stream.width, stream.height];
  if (!isPositive(width) || !isPositive(height)) {
    return refuse(`frames of ${height}×${width} pixels`, 'at least 1×1');
  }
  const rates = [stream.avg_frame_rate, stream.r_frame_rate].map(rate);
  const fps = rates.find(isPositive) ?? refuse('no frame rate', 'one above 0');
  const told = [stream.duration, format.duration].map(Number).find(isPositive);
  const counted = Number(stream.nb_frames);
  const duration = told ?? (isPositive(counted) ? counted / fps : 0);
  return {
    height,
    width,
    fps,
    frames: isPositive(counted) ? counted : Math.max(1, Math.round(duration * fps)),
    duration,
    codec: stream.codec_name ?? 'unknown',
    pixelFormat: stream.pix_fmt ?? 'unknown',
    container: format.format_name ?? 'unknown',
  };
}

/** Of ffprobe's JSON, what is used. */
interface Probe {
  streams?: ProbeStream[];
  format?: { duration?: string; format_name?: string };
}

interface ProbeStream {
  width?: number;
  height?: number;
  avg_frame_rate?: string;
  r_frame_rate?: string;
  nb_frames?: string;
  duration?: string;
  codec_name?: string;
  pix_fmt?: string;
  tags?: { rotate?: string };
  side_data_list?: { rotation?: number }[];
}

async function probe(
  owner: string,
  path: string,
): Promise<{ text: string; code: number | undefined; message: string }> {
  const show = ['-print_format', 'json', '-show_format', '-show_streams', '-select_streams', 'v:0'];
  const running = startProcess(
    owner,
    'ffprobe',
    [...QUIET, ...show, ...inputArguments(path)],
    ['ignore', 'pipe', 'pipe'],
  );
  const timer = setTimeout(() => void running.stop(), LONGEST_PROBE);
  try {
    let text = '';
    for await (const part of running.child.stdout!.setEncoding('utf8')) {
      text += part;
      if (text.length > MOST_OUTPUT) await running.stop();
    }
    return { text, code: await running.ended, message: running.message() };
  } finally {
    clearTimeout(timer);
    await running.stop();
  }
}

function isPositive(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value) && value > 0;
}

/** "30000/1001" → 29.97 */
function rate(text = ''): number {
  const [numerator, denominator = 1] = text.split('/').map(Number);
  return numerator / denominator;
}

/** Whether frames are shown with rows for columns. */
function isTurned({ tags, side_data_list: sides = [] }: ProbeStream): boolean {
  const degrees = sides.find(({ rotation }) => rotation !== undefined)?.rotation ?? Number(tags?.rotate ?? 0);
  return Math.abs(degrees % 180) === 90;
}
