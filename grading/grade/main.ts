import { Grader as BoxGrader } from '../judge/grader';
import { openBox, provedBoxes, selfTest } from '../sandbox';
import { openUnconfined } from '../sandbox/unconfined';
import { gradeCommand, type Grader } from './command';
import { graderVersion } from './version';

const grader: Grader = {
  openJudge:
    ({ unsafe, report }) =>
    async (seed, jobs, sources) => {
      if (!unsafe) await requireBoxes(report);
      const judge = new BoxGrader({ openBox: unsafe ? openUnconfined : openBox, seed, jobs });
      judge.warmUp(sources);
      return judge;
    },
  selfTest,
  version: graderVersion,
};

/** @throws Error where a limit of the sandbox does not hold on this machine */
async function requireBoxes(report: (line: string) => void): Promise<void> {
  const lines: string[] = [];
  const proved = await provedBoxes((line) => {
    lines.push(line);
    report(line);
  });
  if (proved) return;
  const gaps = lines.filter((line) => line.startsWith('not proved')).join('\n');
  throw new Error(
    `students' code cannot be confined on this machine:\n${gaps}\nMend that, or, for code that you trust, add --unsafe.`,
  );
}

/** `npm run grade`. */
export function main(args: string[]): Promise<number> {
  return gradeCommand(args, { out: process.stdout, errors: process.stderr, env: process.env }, grader);
}
