import { type Cell, type Notebook, sourceOf } from '../notebook';

/** What the instructor's notebook says of its cells; a student's copy is never asked. */
export interface GradingPlan {
  /** By nbgrader's id of the cell that carries the points. */
  exercises: Map<string, { exercise: string; max: number }>;
  isDemonstration(cell: Cell): boolean;
}

/**
 * Reads which cells of the instructor's notebook are graded and which are not run.
 *
 * @param known names of the exercises that there are
 * @throws Error for a graded code cell without an exercise, which nothing could judge, and for an unknown exercise
 */
export function readPlan(source: Notebook, known: readonly string[]): GradingPlan {
  const exercises: GradingPlan['exercises'] = new Map();
  for (const { cell_type: type, metadata } of source.cells) {
    const { nbgrader, segcourse } = metadata;
    if (type !== 'code' || !nbgrader?.grade || nbgrader.solution) continue;
    const { grade_id: gradeId = '', points = 0 } = nbgrader;
    const exercise = segcourse?.exercise;
    if (exercise === undefined || !known.includes(exercise)) {
      throw new Error(
        `cell ${gradeId}: got exercise ${JSON.stringify(exercise) ?? 'none'}; expected one of ${known.join(', ')} ` +
          'in its metadata: {"segcourse": {"exercise": …}}',
      );
    }
    exercises.set(gradeId, { exercise, max: points });
  }
  const demonstrations = source.cells.filter(
    ({ metadata }) => Array.isArray(metadata.tags) && metadata.tags.includes('demonstration'),
  );
  const ids = new Set(demonstrations.map(({ id }) => id).filter((id) => id !== undefined));
  const texts = new Set(demonstrations.map(sourceOf));
  return {
    exercises,
    // By its text too: some tools lose the ids.
    isDemonstration: (cell) => (cell.id !== undefined && ids.has(cell.id)) || texts.has(sourceOf(cell)),
  };
}
