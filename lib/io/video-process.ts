import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { resolve } from 'node:path';

/**
 * Containers that ffmpeg may read here. Its readers of playlists (hls, dash, concat, sdp, …) are none of them: such a
 * file names others, and addresses.
 */
export const CONTAINERS =
  'mov,matroska,avi,mpegts,mpeg,mpegvideo,m4v,h264,hevc,ogg,flv,asf,gif,apng,ivf,nut,mxf,dv,yuv4mpegpipe';
/** No single block of memory is larger, whatever a damaged file says. */
const LARGEST_BLOCK = 2 ** 30;
/** Messages of a damaged file can be without end. */
const LONGEST_MESSAGE = 4000;

/** The options before `-i` of whoever reads a file: nothing but that file is opened. */
export function inputArguments(path: string): string[] {
  return ['-protocol_whitelist', 'file', '-format_whitelist', CONTAINERS, '-i', localFile(path)];
}

export const QUIET = ['-hide_banner', '-loglevel', 'error', '-max_alloc', String(LARGEST_BLOCK)];

/** As ffmpeg takes it for a file whatever its name is: `http:…` and `-y` can be names of files. */
export function localFile(path: string): string {
  return `file:${resolve(path)}`;
}

/** A running ffmpeg or ffprobe, started without a shell. */
export interface VideoProcess {
  child: ChildProcess;
  /** Its exit: undefined where a signal ended it. Rejects where the program is not there. */
  ended: Promise<number | undefined>;
  /** What it wrote to its error output, in one line. */
  message(): string;
  /** Ends it, and waits until it is gone. */
  stop(): Promise<void>;
}

/** @param owner what errors begin with */
export function startProcess(
  owner: string,
  program: 'ffmpeg' | 'ffprobe',
  args: string[],
  stdio: SpawnOptions['stdio'],
): VideoProcess {
  const child = spawn(program, args, { stdio, shell: false });
  const names = args.filter((argument) => argument.startsWith('file:'));
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    if (text.length < LONGEST_MESSAGE) text = (text + part).slice(0, LONGEST_MESSAGE);
  });
  const ended = new Promise<number | undefined>((fulfil, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? missing(owner, program) : error),
    );
    child.once('close', (code) => fulfil(code ?? undefined));
  });
  ended.catch(() => undefined); // whoever waits for it hears of it
  return {
    child,
    ended,
    message: () => lines(text, names).slice(0, 3).join('; '),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      child.stdout?.destroy();
      await ended.catch(() => undefined);
    },
  };
}

/** Without "[h264 @ 0x55…]", which differs from run to run, without the file's name, and without repetition. */
function lines(text: string, names: readonly string[]): string[] {
  const told = text.split(/[\r\n]+/).map((line) => {
    const words = line.replace(/^(\[[^\]]* @ 0x[0-9a-f]+\] ?)+/, '');
    return names.reduce((rest, name) => rest.replace(`${name}: `, ''), words).trim();
  });
  return [...new Set(told.filter((line) => line !== ''))];
}

function missing(owner: string, program: string): Error {
  const command =
    process.platform === 'darwin'
      ? 'brew install ffmpeg'
      : 'sudo apt install ffmpeg (Debian, Ubuntu) or sudo dnf install ffmpeg-free (Fedora)';
  return new Error(`${owner}: got no program ${program} on the PATH; expected FFmpeg's: ${command}`);
}
