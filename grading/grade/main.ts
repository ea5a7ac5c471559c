import { Grader as BoxGrader } from '../judge/grader';
import { boxKinds, openBox } from '../sandbox';
import { openUnconfined } from '../sandbox/unconfined';
import { gradeCommand, type Grader } from './command';
import { graderVersion } from './version';

const grader: Grader = {
  openJudge:
    ({ unsafe }) =>
    async (seed, jobs) => {
      const kind = unsafe ? undefined : await boxKinds();
      if (kind && 'missing' in kind) {
        throw new Error(
          `students' code cannot be confined here: ${kind.missing}\nOr, for code that you trust, add --unsafe.`,
        );
      }
      return new BoxGrader({ openBox: unsafe ? openUnconfined : openBox, seed, jobs });
    },
  version: graderVersion,
};

/** `npm run grade`. */
export function main(args: string[]): Promise<number> {
  return gradeCommand(args, { out: process.stdout, errors: process.stderr, env: process.env }, grader);
}
