import { type Notebook, sourceOf } from '../../notebook';
import type { NotebookResult } from '../../grade/job';
import type { Loss } from '../../judge/results';

const LOSSES: Record<Loss, string> = {
  forged: 'Something wrote into the connection to the grader that is no answer',
  memory: 'Stopped: used more memory than is allowed',
  time: 'Stopped: took longer than is allowed',
  processes: 'Stopped: started more processes than are allowed',
  ended: 'Ended its own process',
};

/** What errors say where the sandbox refused something. */
const REFUSALS: readonly (readonly [RegExp, string])[] = [
  [
    /\b(ENETUNREACH|EHOSTUNREACH|ENETDOWN|EAI_AGAIN|ECONNREFUSED)\b/,
    'Asked for a network, which was refused',
  ],
  [/\b(EACCES|EPERM|EROFS)\b/, 'Asked for what it has no right to, which was refused'],
  [
    /\bENOENT\b.*'(\/(?!home\/student\b|tmp\b)|[^']*\.\.\/)/,
    'Asked for a file outside its folder, which it does not see',
  ],
  [
    /is not there while this exercise is graded/,
    "Asked for the library's own version of what the exercise asks for",
  ],
];

/** What a finding says, and the cell or exercise that it is about. */
export interface Found {
  where: string;
  finding: string;
}

/**
 * What the sandbox and the judge met while a submission ran.
 *
 * @param graded the notebook that was graded: the outputs' indices are its cells'
 * @param given texts of the cells that students were given, whose errors are not theirs
 */
export function runFindings(
  { incidents = [], outputs, exercises }: NotebookResult,
  graded: Notebook,
  given: ReadonlySet<string>,
): Found[] {
  const lost = incidents.map(({ loss, cell, exercise }) => ({
    where: exercise === undefined ? (cell ?? '') : `exercise ${exercise}`,
    finding: LOSSES[loss],
  }));
  const names = cellNames(graded);
  const said = Object.entries(outputs).flatMap(([index, shown]) => {
    const cell = graded.cells[Number(index)];
    if (!cell || given.has(sourceOf(cell))) return [];
    return shown.flatMap(({ output_type: type, evalue }) =>
      type === 'error' ? refusals(names.get(Number(index)) ?? '', String(evalue)) : [],
    );
  });
  const answered = exercises.flatMap(({ exercise, cases }) =>
    cases.filter(({ credit }) => credit === 0).flatMap(({ got }) => refusals(`exercise ${exercise}`, got)),
  );
  return distinct([...lost, ...said, ...answered]);
}

function refusals(where: string, text: string): Found[] {
  return REFUSALS.filter(([sign]) => sign.test(text)).map(([, finding]) => ({ where, finding }));
}

export function cellNames({ cells }: Notebook): Map<number, string> {
  const code = [...cells.keys()].filter((index) => cells[index].cell_type === 'code');
  return new Map(code.map((index, position) => [index, `In[${position + 1}]`]));
}

/** Each once, however many cases or runs met it. */
function distinct(all: readonly Found[]): Found[] {
  return [...new Map(all.map((each) => [`${each.where} ${each.finding}`, each])).values()];
}
