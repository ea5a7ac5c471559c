import { type Exercise, requireParts, runProbe } from '../../lib/check/exercise';
import { exercises } from '../../lib/check/exercises';
import type { CellError } from '../../lib/kernel/errors';
import { exitKernel, installGuards } from '../../lib/kernel/guards';
import { installRequireFallback } from '../../lib/kernel/packages';
import { installTimers } from '../../lib/kernel/timers';
import { setSeed } from '../../lib/runtime';
import { CellRunner } from './cell-runner';
import { readCellError } from './cell-errors';
import { openChannel } from './channel';
import { FrameReader } from './frames';
import type { BoxReply, BoxRequest } from './messages';
import { Outputs } from './outputs';

const REQUESTS = { message: 2 ** 28, total: Number.MAX_SAFE_INTEGER };

const UNTOLD: CellError = { ename: 'Error', evalue: 'an error that cannot be shown', traceback: [] };

const exerciseOf = (name: string): Exercise => (exercises as unknown as Record<string, Exercise>)[name];

/** Answers the grader's requests until its connection closes. */
export function serve(): void {
  const send = openChannel(1) as (reply: BoxReply) => void;
  const outputs = new Outputs((output) => send({ kind: 'output', output }));
  outputs.install();
  installTimers();
  installGuards();
  installRequireFallback();
  const runner = new CellRunner(outputs);
  // The same notebook gets the same points again.
  setSeed(0);

  const runCell = async ({ id, cell }: BoxRequest & { kind: 'cell' }): Promise<BoxReply> => {
    const error = readCellError(await runner.run(cell));
    const defined = Object.keys(runner.names).filter((name) => runner.names[name] !== undefined);
    return { id, kind: 'ended', error, defined };
  };
  const probe = async ({ id, exercise, probe, input }: BoxRequest & { kind: 'probe' }): Promise<BoxReply> => {
    outputs.begin();
    const asked = exerciseOf(exercise);
    requireParts(asked, runner.names);
    return { id, kind: 'evidence', value: await runProbe(asked, runner.names, probe, input) };
  };
  const answer = async (request: BoxRequest): Promise<void> => {
    const { id } = request;
    try {
      send(await (request.kind === 'cell' ? runCell(request) : probe(request)));
    } catch (error) {
      // What the student's code throws, and values that no message can carry.
      send({ id, kind: 'failure', error: told(error) });
    } finally {
      outputs.flush();
    }
  };
  const told = (error: unknown): CellError => {
    try {
      return readCellError(runner.describe(error)) ?? UNTOLD;
    } catch {
      return UNTOLD;
    }
  };

  const requests = new FrameReader(REQUESTS);
  let last: Promise<void> = Promise.resolve();
  process.stdin.on('data', (chunk: Buffer) => {
    for (const request of requests.push(chunk) as BoxRequest[]) {
      last = last.then(() => answer(request));
    }
  });
  process.stdin.on('end', () => exitKernel(0));
  send({ kind: 'ready' });
}
