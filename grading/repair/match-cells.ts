import type { StrictCell, GradeMetadata } from './notebook';

/** What a cell is to nbgrader; `plain` where it is nothing. */
export type Kind = 'check' | 'answer' | 'task' | 'solution' | 'locked' | 'plain';

export function kindOf({ metadata: { nbgrader } }: StrictCell): Kind {
  if (!nbgrader?.grade_id) return 'plain';
  if (nbgrader.task) return 'task';
  if (nbgrader.grade) return nbgrader.solution ? 'answer' : 'check';
  if (nbgrader.solution) return 'solution';
  return nbgrader.locked ? 'locked' : 'plain';
}

/** Whether nbgrader restores what a student writes there. */
export function isRestored(cell: StrictCell): boolean {
  return ['check', 'locked'].includes(kindOf(cell));
}

/** Share of a released text's words that a cell must still hold to be taken for it. */
const ENOUGH_WORDS = 0.5;

/**
 * Finds which submitted cell is which released cell, from the surest sign to the weakest: the same text in a cell that
 * students must not change, nbgrader's grade id, the cell's id, the same text, and for an answer its place between its
 * neighbours, with the words that were given or the only cell there.
 *
 * @returns submitted index by released index; `doubles`: grade ids that several cells claimed
 */
export function matchCells(
  released: readonly StrictCell[],
  submitted: readonly StrictCell[],
): { matches: Map<number, number>; doubles: string[] } {
  const matches = new Map<number, number>();
  const taken = new Set<number>();
  const doubles: string[] = [];
  const match = (reference: number, candidates: number[]) => {
    const chosen = best(
      released[reference],
      submitted,
      candidates.filter((index) => !taken.has(index)),
    );
    if (matches.has(reference) || chosen === undefined) return;
    matches.set(reference, chosen);
    taken.add(chosen);
  };
  const byText = indexed(submitted, ({ source }) => words(source));
  const byGradeId = indexed(submitted, gradeId);
  const byId = indexed(submitted, ({ id }) => id);

  const references = [...released.keys()];
  for (const index of references) {
    if (isRestored(released[index])) match(index, byText.get(words(released[index].source)) ?? []);
  }
  for (const index of references) {
    const claimed = byGradeId.get(gradeId(released[index])) ?? [];
    if (claimed.length > 1) doubles.push(gradeId(released[index]));
    match(index, claimed);
  }
  for (const index of references) match(index, byId.get(released[index].id) ?? []);
  for (const index of references) match(index, byText.get(words(released[index].source)) ?? []);
  for (const index of references) {
    if (!['answer', 'task', 'solution'].includes(kindOf(released[index]))) continue;
    match(index, between(index, matches, released, submitted, taken));
  }
  return { matches, doubles };
}

/** The released cell itself where it must not change; otherwise the last that is no mere copy of what was given. */
function best(
  reference: StrictCell,
  submitted: readonly StrictCell[],
  candidates: number[],
): number | undefined {
  const given = (index: number) => words(submitted[index].source) === words(reference.source);
  return candidates.filter((index) => given(index) === isRestored(reference)).at(-1) ?? candidates.at(-1);
}

function between(
  index: number,
  matches: ReadonlyMap<number, number>,
  released: readonly StrictCell[],
  submitted: readonly StrictCell[],
  taken: ReadonlySet<number>,
): number[] {
  const [start, end] = neighbours(index, matches, released.length, submitted.length);
  const free = range(start, end).filter((each) => !taken.has(each));
  const given = new Set(words(released[index].source).split(' '));
  const share = (each: number) => {
    const present = new Set(words(submitted[each].source).split(' '));
    return [...given].filter((word) => present.has(word)).length / given.size;
  };
  const likely = free.filter((each) => share(each) >= ENOUGH_WORDS);
  if (likely.length > 0) return [likely.reduce((most, each) => (share(each) > share(most) ? each : most))];
  const sameType = free.filter((each) => submitted[each].cell_type === released[index].cell_type);
  return sameType.length === 1 ? sameType : [];
}

/** The submitted cells from `start` to before `end` that stand where this released cell stood. */
export function neighbours(
  index: number,
  matches: ReadonlyMap<number, number>,
  releasedCount: number,
  submittedCount: number,
): [start: number, end: number] {
  const before = range(0, index)
    .filter((each) => matches.has(each))
    .at(-1);
  const after = range(index + 1, releasedCount).find((each) => matches.has(each));
  return [
    before === undefined ? 0 : matches.get(before)! + 1,
    after === undefined ? submittedCount : matches.get(after)!,
  ];
}

function range(start: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - start) }, (_, offset) => start + offset);
}

function indexed(cells: readonly StrictCell[], key: (cell: StrictCell) => string): Map<string, number[]> {
  const places = new Map<string, number[]>();
  cells.forEach((cell, index) => {
    const name = key(cell);
    if (name) places.set(name, [...(places.get(name) ?? []), index]);
  });
  return places;
}

function gradeId({ metadata: { nbgrader } }: StrictCell): string {
  const id = (nbgrader as Partial<GradeMetadata> | null | undefined)?.grade_id;
  return typeof id === 'string' ? id : '';
}

/** A text whatever its line ends, indentation and blank lines. */
function words(text: string): string {
  return text.split(/\s+/).filter(Boolean).join(' ');
}
