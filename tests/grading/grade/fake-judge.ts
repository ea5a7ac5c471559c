import { appendFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Grader } from '../../../grading/grade/command';
import type { NotebookResult, OpenJudge } from '../../../grading/grade/job';
import { queueJudge } from '../../../grading/queue/queue-judge';
import { showQueue } from '../../../grading/queue/status';
import { DICE_ANSWER, IOU_ANSWER } from '../assignment';

const ANSWERS: Record<string, string> = { '1': DICE_ANSWER, '2': IOU_ANSWER };

export interface FakeOptions {
  /** Gets a line when a notebook is begun: student, notebook, exercise. */
  log?: string;
  milliseconds?: number;
  version?: string;
}

/** Of workers and coordinators in tests. */
export const BEAT_MS = 200;

/** The grader with this judge; its queues are real. */
export function fakeGrader(options: FakeOptions): Grader {
  const { version = '1' } = options;
  return {
    openJudge: () => fakeJudge(options),
    openQueue: (queue) => queueJudge({ ...queue, version, startSeconds: 2, beatMs: BEAT_MS }),
    showQueue: (address, asJson, surroundings) => showQueue(address, { version, asJson }, surroundings),
    selfTest: async () => true,
    version: () => version,
  };
}

/**
 * A judge that runs nothing: all points for the known answer, half for one with HALF in it; the grader itself fails on
 * BREAK. Its outputs show the seed, and hold what nbgrader would misread.
 */
export function fakeJudge({ log, milliseconds = 0 }: FakeOptions = {}): OpenJudge {
  return async ({ seed }) => ({
    async grade({ student, name, notebook, source, only }) {
      if (log) appendFileSync(log, `${student} ${name} ${only ?? 'all'}\n`);
      await wait(milliseconds);
      const texts = notebook.cells.map((cell) => cell.source).join('\n');
      if (texts.includes('BREAK')) throw new Error('the box could not be opened');
      const exercises: NotebookResult['exercises'] = [];
      const outputs: NotebookResult['outputs'] = {};
      for (const [index, cell] of notebook.cells.entries()) {
        if (cell.cell_type !== 'code') continue;
        const gradeId = cell.metadata.nbgrader?.grade_id;
        const graded = source.cells.find(({ metadata }) => metadata.nbgrader?.grade_id === gradeId);
        const exercise = graded?.metadata.segcourse?.exercise;
        if (gradeId === undefined || exercise === undefined) {
          outputs[index] = [{ output_type: 'stream', name: 'stderr', text: `cell ${index}\n` }];
          continue;
        }
        if (only !== undefined && exercise !== only) continue;
        const max = graded!.metadata.nbgrader!.points!;
        const share = texts.includes(ANSWERS[exercise]) ? 1 : texts.includes(`HALF ${exercise}`) ? 0.5 : 0;
        exercises.push({
          exercise,
          gradeId,
          points: share * max,
          max,
          cases: [],
          seconds: 0,
          peakMemoryMiB: 0,
        });
        outputs[index] = [
          { output_type: 'error', ename: 'Error', evalue: 'misread as 0', traceback: [] },
          {
            output_type: 'display_data',
            metadata: {},
            data: {
              'text/html': `<p>seed ${seed}</p><script>alert(1)</script>`,
              'text/plain': `seed ${seed}`,
            },
          },
          { output_type: 'execute_result', metadata: {}, execution_count: 1, data: { 'text/plain': 'NaN' } },
        ];
      }
      return { seed, exercises, outputs, incidents: [], seconds: 0 };
    },
    close: async () => undefined,
  });
}
