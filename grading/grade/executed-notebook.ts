import { escapeText } from '../../lib/display/text';
import { kindOf } from '../repair/match-cells';
import type { StrictCell, StrictNotebook } from '../repair/notebook';
import type { NotebookResult } from './job';

type Output = Record<string, unknown>;

/**
 * The notebook as nbgrader is to read it: each cell with its outputs, each check with its points as the one thing that
 * nbgrader takes them from, and before all the lines for the student.
 *
 * @param notebook what was graded
 * @param result undefined where nothing could be run: every check is worth 0 then
 */
export function executedNotebook(
  notebook: StrictNotebook,
  result: NotebookResult | undefined,
  lines: readonly string[],
): StrictNotebook {
  const points = new Map(result?.exercises.map((each) => [each.gradeId, each.points]));
  const cells = notebook.cells.map((cell, index) => {
    if (cell.cell_type !== 'code') return cell;
    const outputs = result?.outputs[index] ?? [];
    if (kindOf(cell) !== 'check') return { ...cell, outputs };
    return { ...cell, outputs: checkOutputs(cell, outputs, points.get(cell.metadata.nbgrader!.grade_id)) };
  });
  return { ...notebook, cells: lines.length > 0 ? [note(lines), ...cells] : cells };
}

/**
 * nbgrader takes an error or a line on stderr for 0 points, no result, NaN or a negative number for all points, and
 * stops at more than the maximum. So nothing but what is shown stays, and one number within bounds follows.
 */
function checkOutputs(cell: StrictCell, outputs: readonly Output[], points: number | undefined): Output[] {
  const max = Number(cell.metadata.nbgrader!.points);
  const shown = outputs.filter(({ output_type }) => output_type === 'display_data');
  const value = points !== undefined && points > 0 ? Math.min(points, max) : 0;
  return [
    ...shown,
    {
      output_type: 'execute_result',
      execution_count: null,
      metadata: {},
      data: { 'text/plain': String(value) },
    },
  ];
}

function note(lines: readonly string[]): StrictCell {
  const items = lines.map((line) => `<li>${escapeText(line)}</li>`).join('');
  return {
    id: 'grader-note',
    cell_type: 'markdown',
    metadata: {},
    source: `<div><b>The grader notes:</b><ul>${items}</ul></div>`,
  };
}
