import { Grader as BoxGrader } from '../judge/grader';
import { openBox, provedBoxes } from '../sandbox';
import { openUnconfined } from '../sandbox/unconfined';
import type { OpenJudge } from './job';

export interface BoxJudgeOptions {
  unsafe: boolean;
  report(line: string): void;
}

/** The judge of this machine, which runs students' code in boxes. */
export function boxJudge({ unsafe, report }: BoxJudgeOptions): OpenJudge {
  return async ({ seed, jobs, sources }) => {
    if (!unsafe) await requireBoxes(report);
    const judge = new BoxGrader({ openBox: unsafe ? openUnconfined : openBox, seed, jobs });
    judge.warmUp(sources);
    return judge;
  };
}

/** @throws Error where a limit of the sandbox does not hold on this machine */
export async function requireBoxes(report: (line: string) => void): Promise<void> {
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
