import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Image } from '../../lib/io/image';
import { readVideo } from '../../lib/io/video';
import { readVideoHeader } from '../../lib/io/video-header';
import { writeVideo } from '../../lib/io/video-write';
import { realData } from '../real-data';
import { requireSystem } from '../system';

/** Frame t: a ramp along the rows in red, along the columns in green, and time in blue. */
function ramp(t: number, height: number, width: number): Image<Uint8Array> {
  const data = new Uint8Array(height * width * 3);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const at = 3 * (row * width + column);
      data[at] = Math.round((200 * row) / height) + 20;
      data[at + 1] = Math.round((200 * column) / width) + 20;
      data[at + 2] = 20 * t + 20;
    }
  }
  return { data, shape: [height, width], channels: 3 };
}

function* ramps(count: number, height: number, width: number): Generator<Image<Uint8Array>> {
  for (let t = 0; t < count; t++) yield ramp(t, height, width);
}

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

const meanOf = (values: Uint8Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Names of the processes that this one started. */
function started(): string[] {
  const all = execFileSync('ps', ['-A', '-o', 'ppid=,comm='], { encoding: 'utf8' });
  return [...all.matchAll(/^ *(\d+) +(.*)$/gm)]
    .filter(([, parent]) => Number(parent) === process.pid)
    .map(([, , name]) => name);
}

describe('io/video', () => {
  let folder: string;
  let clip: string;

  before(async function () {
    requireSystem(this, 'ffmpeg');
    folder = mkdtempSync(join(tmpdir(), 'segcourse-video-'));
    clip = join(folder, 'clip.mp4');
    assert.equal(await writeVideo(clip, ramps(10, 48, 64), { fps: 5, quality: 0 }), 10);
  });
  after(() => folder && rmSync(folder, { recursive: true, force: true }));

  it('reads what it wrote, frame by frame and colour by colour', async () => {
    const video = await readVideo(clip);
    const { height, width, fps, frames, duration, source } = video;
    assert.deepEqual(
      { height, width, fps, frames, duration, codec: source.codec, pixelFormat: source.pixelFormat },
      { height: 48, width: 64, fps: 5, frames: 10, duration: 2, codec: 'h264', pixelFormat: 'yuv420p' },
    );
    const read = await collect(video);
    assert.equal(read.length, 10);
    read.forEach((frame, t) => {
      assert.deepEqual([frame.shape, frame.channels], [[48, 64], 3]);
      const wanted = ramp(t, 48, 64).data;
      const errors = frame.data.map((value, at) => Math.abs(value - wanted[at]));
      assert.ok(meanOf(errors) < 2, `frame ${t}: mean error ${meanOf(errors)}`);
    });
    assert.equal((await collect(video)).length, 10, 'a second walk');
  });

  it('agrees with ffmpeg on every pixel of a test picture, and gives every frame once', async () => {
    const source = join(folder, 'testsrc.mkv');
    const make = [
      '-f',
      'lavfi',
      '-i',
      'testsrc=size=64x48:rate=10:duration=1.2',
      '-c:v',
      'ffv1',
      '-y',
      source,
    ];
    execFileSync('ffmpeg', ['-loglevel', 'error', ...make]);
    const direct = ['-i', source, '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'];
    const expected = execFileSync('ffmpeg', ['-loglevel', 'error', ...direct]);
    const read = await collect(await readVideo(source));
    assert.equal(read.length, 12);
    assert.ok(Buffer.concat(read.map(({ data }) => data)).equals(expected));
  });

  it('gives a part, another rate and another size', async () => {
    const timeOf = (frame: Image<Uint8Array>) =>
      Math.abs(Math.round((meanOf(frame.data.filter((_, at) => at % 3 === 2)) - 20) / 20));
    const times = async (options: Parameters<typeof readVideo>[1]) =>
      (await collect(await readVideo(clip, options))).map(timeOf);
    assert.deepEqual(await times({ from: 0.6, to: 1.4 }), [3, 4, 5, 6]);
    assert.deepEqual(await times({ fps: 10, to: 0.4 }), [0, 0, 1, 1]);
    assert.equal((await times({ fps: 1 })).length, 2);
    const small = await readVideo(clip, { size: [12, 20], to: 0.2 });
    const [frame, ...others] = await collect(small);
    assert.deepEqual([small.height, small.width, small.frames], [12, 20, 1]);
    assert.deepEqual([frame.shape, frame.data.length, others.length], [[12, 20], 12 * 20 * 3, 0]);
  });

  it('pads odd sizes and takes gray frames', async () => {
    const file = join(folder, 'odd.mp4');
    const frame: Image<Uint8Array> = {
      data: new Uint8Array(15 * 17).fill(128),
      shape: [15, 17],
      channels: 1,
    };
    await writeVideo(file, [frame, frame]);
    const [read] = await collect(await readVideo(file));
    assert.deepEqual(read.shape, [16, 18]);
    const at = (row: number, column: number) => [
      ...read.data.subarray(3 * (row * 18 + column)).subarray(0, 3),
    ];
    for (const value of at(7, 7)) assert.ok(Math.abs(value - 128) <= 3, `middle: ${value}`);
    for (const value of at(15, 17)) assert.ok(value < 40, `padding: ${value}`);
  });

  it('ends its process when the loop ends early', async () => {
    const long = join(folder, 'long.mp4');
    await writeVideo(long, ramps(10, 480, 640), { fps: 1 });
    for await (const _ of await readVideo(long, { fps: 100 })) break;
    await assert.rejects(async () => {
      for await (const _ of await readVideo(long, { fps: 100 })) throw new Error('stop');
    }, /^Error: stop$/);
    assert.ok(!started().some((name) => name.includes('ffmpeg')));
  });

  it('leaves no file and no process where frames end in an error or are unlike each other', async () => {
    const file = join(folder, 'never.mp4');
    function* failing() {
      yield ramp(0, 48, 64);
      throw new Error('no more frames');
    }
    await assert.rejects(writeVideo(file, failing()), /^Error: no more frames$/);
    await assert.rejects(writeVideo(file, [ramp(0, 48, 64), ramp(1, 48, 66)]), {
      name: 'RangeError',
      message:
        'writeVideo: got frame 1 of 48×66 with 3 channels; expected 48×64 with 3 channels like the first',
    });
    await assert.rejects(writeVideo(file, []), /got no frame; expected at least one/);
    await assert.rejects(writeVideo(file, ramps(1, 4, 4), { fps: 0 }), /got fps 0/);
    await assert.rejects(writeVideo(file, ramps(1, 4, 4), { quality: 52 }), /got quality 52/);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('never')),
      [],
    );
    assert.ok(!started().some((name) => name.includes('ffmpeg')));
  });

  it('tells files that are no video, and options out of range', async () => {
    const text = join(folder, 'text.mp4');
    writeFileSync(text, 'not a video');
    await assert.rejects(
      readVideo(text),
      /readVideo: .*text\.mp4: got what ffprobe refuses \(.+\); expected a whole/,
    );
    const sound = join(folder, 'sound.mkv');
    const make = ['-f', 'lavfi', '-i', 'sine=duration=0.2', '-c:a', 'pcm_s16le', '-y', sound];
    execFileSync('ffmpeg', ['-loglevel', 'error', ...make]);
    await assert.rejects(readVideo(sound), /sound\.mkv: got no video stream; expected at least one/);
    await assert.rejects(readVideo(join(folder, 'none.mp4')), /ENOENT/);
    await assert.rejects(readVideo(folder), /something that is no file/);
    await assert.rejects(readVideo(clip, { from: 2 }), /got from 2; expected less than the 2 s/);
    await assert.rejects(readVideo(clip, { from: 1, to: 1 }), /got to 1; expected seconds above from, 1/);
    await assert.rejects(readVideo(clip, { size: [0, 4] }), /got size \[0, 4\]/);
    await assert.rejects(
      readVideo(clip, { maxBytes: 100 }),
      /got frames of 9216 bytes; expected at most 100/,
    );
    await assert.rejects(
      readVideo(clip, { size: [9000, 9000], maxBytes: 1e6 }),
      /got size of 243000000 bytes; expected at most 1000000/,
    );
  });

  it('gives the good frames of a file that is cut short, then an error', async () => {
    const whole = join(folder, 'whole.mkv');
    const make = ['-f', 'lavfi', '-i', 'testsrc=size=64x48:rate=10:duration=2', '-c:v', 'mjpeg', '-y', whole];
    execFileSync('ffmpeg', ['-loglevel', 'error', ...make]);
    const bytes = readFileSync(whole);
    const cut = join(folder, 'cut.mkv');
    writeFileSync(cut, bytes.subarray(0, Math.round(bytes.length * 0.6)));
    const shapes: (readonly number[])[] = [];
    await assert.rejects(async () => {
      for await (const frame of await readVideo(cut)) shapes.push(frame.shape);
    }, /cut\.mkv: after frame \d+ \(\d.\d\d s\): got .+; expected a whole video/);
    const tolerated = await collect(await readVideo(cut, { tolerant: true }));
    assert.ok(tolerated.length > 0 && tolerated.length < 20);
    assert.equal(shapes.length, tolerated.length);
  });

  it('opens nothing that a playlist names', async () => {
    const lists = {
      'list.m3u8': `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n${clip}\n#EXT-X-ENDLIST\n`,
      'list.txt': `ffconcat version 1.0\nfile ${clip}\n`,
    };
    for (const [name, text] of Object.entries(lists)) {
      const file = join(folder, name);
      writeFileSync(file, text);
      await assert.rejects(readVideo(file), /got what ffprobe refuses/);
    }
  });

  it('takes names that look like options and addresses for names', async () => {
    const cwd = process.cwd();
    process.chdir(folder);
    try {
      for (const name of ['-y.mp4', 'http:clip.mp4', '$(touch x).mp4']) {
        await writeVideo(name, ramps(1, 16, 16));
        assert.equal((await collect(await readVideo(name))).length, 1);
      }
      assert.ok(!readdirSync(folder).includes('x'));
    } finally {
      process.chdir(cwd);
    }
  });

  it('says how to install a missing FFmpeg', async () => {
    const { PATH } = process.env;
    process.env.PATH = folder;
    try {
      const expected =
        /got no program ffprobe on the PATH; expected FFmpeg's: (sudo apt|brew) install ffmpeg/;
      await assert.rejects(readVideoHeader(clip), expected);
      await assert.rejects(writeVideo(join(folder, 'none.mp4'), ramps(2, 16, 16)), /got no program ffmpeg/);
    } finally {
      process.env.PATH = PATH;
    }
  });

  it('reads the course’s clips', async function () {
    const root = realData(this, 'video/bikes.mp4');
    const bikes = await readVideo(join(root, 'video/bikes.mp4'), { from: 1, to: 1.4 });
    const { codec, frames } = bikes.source;
    assert.deepEqual([bikes.height, bikes.width, bikes.fps, frames, codec], [272, 640, 25, 250, 'h264']);
    assert.equal((await collect(bikes)).length, 10);
    const walkers = await readVideoHeader(join(root, 'video/pedestrians_vtest_8s.mp4'));
    assert.deepEqual([walkers.height, walkers.width, walkers.fps, walkers.frames], [480, 640, 10, 80]);
  });
});
