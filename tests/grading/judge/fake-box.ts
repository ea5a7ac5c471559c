import { PassThrough } from 'node:stream';
import { encodeFrame, FrameReader } from '../../../grading/run/frames';
import type { Box, BoxEnd } from '../../../grading/sandbox/box';

interface Request {
  id: number;
  kind: string;
}

export type Answer = (request: Request, say: (message: unknown) => void, box: FakeBox) => void;

/** A box in which only `answer` runs. */
export const fakeBox = (answer: Answer, options?: { isReady: boolean }): FakeBox =>
  new FakeBox(answer, options);

export class FakeBox implements Box {
  readonly stdin = new PassThrough();
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly ended: Promise<BoxEnd>;
  killed = false;
  end: (end: Partial<BoxEnd>) => void = () => undefined;

  constructor(answer: Answer, { isReady } = { isReady: true }) {
    this.ended = new Promise((resolve) => {
      this.end = (end) =>
        resolve({ reason: 'exit', code: 0, signal: null, peakMemoryMiB: 1, cpuSeconds: 1, ...end });
    });
    const say = (message: unknown): void => void this.stdout.write(encodeFrame(message));
    const reader = new FrameReader({ message: 2 ** 20, total: 2 ** 20 });
    this.stdin.on('data', (chunk: Buffer) => {
      for (const request of reader.push(chunk)) answer(request as Request, say, this);
    });
    if (isReady) say({ kind: 'ready' });
  }

  usage() {
    return Promise.resolve({ memoryMiB: 1, peakMiB: 2, cpuSeconds: 1 });
  }

  kill(): Promise<BoxEnd> {
    this.killed = true;
    this.end({ reason: 'killed' });
    return this.ended;
  }
}
