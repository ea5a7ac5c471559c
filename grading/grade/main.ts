import { queueJudge } from '../queue/queue-judge';
import { showQueue } from '../queue/status';
import { selfTest } from '../sandbox';
import { boxJudge } from './box-judge';
import { gradeCommand, type Grader } from './command';
import { graderVersion } from './version';

const grader: Grader = {
  openJudge: boxJudge,
  openQueue: (options) => queueJudge({ ...options, version: graderVersion() }),
  showQueue: (address, asJson, surroundings) =>
    showQueue(address, { version: graderVersion(), asJson }, surroundings),
  selfTest,
  version: graderVersion,
};

/** `npm run grade`. */
export function main(args: string[]): Promise<number> {
  return gradeCommand(args, { out: process.stdout, errors: process.stderr, env: process.env }, grader);
}
