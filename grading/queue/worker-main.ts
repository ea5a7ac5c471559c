import { boxJudge, requireBoxes } from '../grade/box-judge';
import { graderVersion } from '../grade/version';
import { workerCommand } from './worker-command';

/** `npm run grade:worker`. */
export function main(args: string[]): Promise<number> {
  const surroundings = { out: process.stdout, errors: process.stderr, env: process.env };
  return workerCommand(args, surroundings, { openJudge: boxJudge, requireBoxes, version: graderVersion });
}
