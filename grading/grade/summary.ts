import { formatNumber } from '../../lib/display/text';
import type { Outcome } from './grade-assignment';

const HEADINGS = ['student', 'result', 'points', 'of', 'late', 'by hand', 'note'] as const;
const NUMERIC = new Set(['points', 'of', 'late']);

/** The table at the end of a run, and a line with the counts. */
export function summary(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(row);
  const shown = HEADINGS.filter((heading) => rows.some((each) => each[heading] !== ''));
  const widths = shown.map((heading) =>
    Math.max(...[heading, ...rows.map((each) => each[heading])].map(length)),
  );
  const written = [Object.fromEntries(shown.map((heading) => [heading, heading])), ...rows].map((each) =>
    shown
      .map((heading, n) =>
        NUMERIC.has(heading)
          ? pad(each[heading], widths[n]) + each[heading]
          : each[heading] + pad(each[heading], widths[n]),
      )
      .join('  ')
      .trimEnd(),
  );
  const counts = ['graded', 'unchanged', 'refused', 'failed'].flatMap((state) => {
    const number = outcomes.filter((outcome) => outcome.state === state).length;
    return number > 0 ? [`${number} ${state}`] : [];
  });
  return `${written.join('\n')}\n${counts.join(', ')}\n`;
}

function row({ student, state, entry, reason }: Outcome): Record<(typeof HEADINGS)[number], string> {
  const recorded = state === 'failed' ? undefined : entry?.recorded;
  return {
    student,
    result: state,
    points: recorded ? formatNumber(recorded.score - recorded.late_penalty) : '',
    of: recorded ? formatNumber(recorded.max_score) : '',
    late: recorded?.late_penalty ? `−${formatNumber(recorded.late_penalty)}` : '',
    'by hand': recorded?.needs_manual_grade ? 'to do' : '',
    note: (reason ?? entry?.problem ?? '').split('\n')[0],
  };
}

const length = (text: string): number => [...text].length;
const pad = (text: string, width: number): string => ' '.repeat(width - length(text));
