import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { reportCommand } from '../../../grading/report/command';
import { tables } from '../../../grading/report/exports';
import { reportPage } from '../../../grading/report/page';
import type { CaseRow, ReportRow } from '../../../grading/report/rows';
import { statisticsOf } from '../../../grading/report/statistics';
import { honestNotebook, masksNotebook } from '../assignment';
import { ASSIGNMENT, Course, requireNbgrader } from '../grade/course';

const row = (student: string, score: number, more: Partial<ReportRow> = {}): ReportRow => ({
  student,
  first_name: null,
  last_name: null,
  email: null,
  timestamp: null,
  score,
  max_score: 8,
  late_penalty: 0,
  needs_manual_grade: false,
  seconds: 2,
  ...more,
});
/** An answer of a hundred steps, and a cell that no answer needs. */
const LONG_ANSWER = Array.from(
  { length: 12 },
  (_, n) => `const sums${n} = a.filter((value, i) => value > ${n} && b[i] > ${n}).length;`,
).join('\n');
const OWN_CELL = {
  id: 'own',
  cell_type: 'code',
  metadata: {},
  source: "import { execSync } from 'node:child_process';",
  execution_count: null,
  outputs: [],
} as const;
const found = (student: string, title: string, credit: number, hint: string | null = null): CaseRow => ({
  student,
  exercise: '1',
  title,
  hidden: title.startsWith('h'),
  credit,
  hint,
  seconds: 1,
});
const data = {
  grades: [
    row('ada', 8),
    row('bob', 6, { late_penalty: 4 }),
    row('cy', 1, { late_penalty: 3, seconds: null }),
  ],
  cases: [
    found('ada', 'halves', 1),
    found('bob', 'halves', 0.5, 'The skip is taken after pooling.'),
    found('cy', 'halves', 0, 'The skip is taken after pooling.'),
    found('cy', 'sums', 0, 'The skip is taken after pooling.'),
    found('ada', 'sums', 1),
    found('bob', 'sums', 0, 'No <b>activation</b>.'),
  ],
  notes: [{ student: 'cy', note: 'A locked cell <script>was</script> changed.' }],
  findings: [],
};

describe('report: statistics', () => {
  it('counts a student once for each misconception, and half a credit as failed', async () => {
    const statistics = await statisticsOf(data);
    assert.deepEqual(statistics.shares, [1, 0.25, 0]);
    assert.ok(Math.abs(statistics.mean - 5 / 12) < 1e-12);
    assert.equal(statistics.median, 0.25);
    assert.deepEqual([statistics.submissions, statistics.late, statistics.seconds.length], [3, 2, 2]);
    assert.deepEqual(
      statistics.cases.map(({ case: name, failed }) => [name, failed]),
      [
        ['halves (hidden)', 2 / 3],
        ['sums', 2 / 3],
      ],
    );
    assert.deepEqual(
      statistics.misconceptions.map(({ hint, students }) => [hint, students]),
      [
        ['The skip is taken after pooling.', 2],
        ['No <b>activation</b>.', 1],
      ],
    );
  });

  it('become a page in which nothing of students acts', async () => {
    const page = await reportPage('masks', data, await statisticsOf(data));
    assert.match(page, /3 submissions; mean 41\.7 %, median 25 %; 2 late\./);
    assert.equal(page.match(/<svg/g)!.length, 3);
    assert.match(page, /The skip is taken after pooling\./);
    assert.ok(!/<script|<b>/.test(page));
    assert.match(page, /default-src 'none'/);
  });

  it('are told also where nothing was judged', async () => {
    const empty = { grades: [row('ada', 0, { seconds: null })], cases: [], notes: [], findings: [] };
    assert.match(await reportPage('masks', empty, await statisticsOf(empty)), /No case was judged/);
  });
});

describe('report: tables for learning platforms', () => {
  it('hold the final score under the names that each expects', async () => {
    const grades = [
      row('ada', 8, { first_name: 'Ada', last_name: 'Lovelace, Countess' }),
      row('=cmd', 6, { late_penalty: 4 }),
    ];
    const files = await tables('8.1', { grades, findings: [] });
    const lines = (name: string): string[] => files[name].trimEnd().split('\n');
    assert.equal(lines('canvas.csv')[0], 'Student,ID,SIS Login ID,Section,8.1');
    assert.match(lines('canvas.csv')[1], /Points Possible"?,"?"?,"?"?,"?"?,8$/);
    assert.match(lines('canvas.csv')[2], /^"Ada Lovelace, Countess",.*,ada,.*,8$/);
    assert.deepEqual(lines('moodle.csv')[0], 'username,email,8.1');
    assert.match(lines('moodle.csv')[2], /^'=cmd,.*,2$/, 'no spreadsheet runs a name');
    assert.equal(lines('grades.csv').length, 3);
    assert.match(lines('grades.csv')[1], /^ada,8,8,0,8,.*,0$/);
    assert.equal(files['findings.csv'], 'student,where,finding,others\n');
  });
});

describe('report: npm run report', function () {
  this.timeout(240_000);
  let course: Course;
  before(async function () {
    requireNbgrader(this);
    course = new Course();
    course.submit('ada', honestNotebook());
    course.submit('bob', masksNotebook(), 'masks (1).ipynb');
    const altered = honestNotebook();
    altered.cells.find(({ id }) => id === 'check-1')!.source = 'process.exit(0)';
    course.submit('cy', { ...altered, cells: [...altered.cells, OWN_CELL] });
    for (const [student, name] of [
      ['dee', 'total'],
      ['eve', 'number'],
    ])
      course.submit(student, masksNotebook({ dice: LONG_ANSWER.replaceAll('sums', name) }));
    await course.grade(['--seed', '7']);
  });
  after(() => course?.remove());

  async function report(...args: string[]) {
    const written = { out: '', errors: '' };
    const code = await reportCommand([...args, '--course', course.root], {
      out: { write: (text: string) => (written.out += text) },
      errors: { write: (text: string) => (written.errors += text) },
      env: {},
    });
    return { code, ...written };
  }
  const read = (file: string) => readFileSync(path.join(course.root, 'reports', ASSIGNMENT, file), 'utf8');

  it('writes page, tables and what each student wrote', async () => {
    const { code, errors } = await report(ASSIGNMENT);
    assert.equal(errors, '');
    assert.equal(code, 0);
    assert.match(read('grades.csv'), /^ada,6,6,0,9,/m);
    assert.match(read('report.html'), /The file is named masks \(1\)\.ipynb/);
    assert.match(read('answers/ada/exercise-1.ts'), /overlap\(a, b\)/);
    assert.ok(!existsSync(path.join(course.root, 'reports', ASSIGNMENT, 'answers/ada/helpers.ts')));
  });

  it('tells findings, and none of who did nothing odd', () => {
    assert.deepEqual(read('findings.csv').trimEnd().split('\n'), [
      'student,where,finding,others',
      'cy,check-1,A locked cell was changed; the original was graded,""',
      'cy,In[6],The code names module node:child_process,""',
      'dee,exercise-1,"The same program as others handed in, whatever its names and comments",eve',
      'eve,exercise-1,"The same program as others handed in, whatever its names and comments",dee',
    ]);
    assert.match(read('report.html'), /proves no intent/);
    assert.match(read('report.html'), /node:child_process/);
    const findings = read('grades.csv')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(',').at(-1));
    assert.deepEqual(findings, ['findings', '0', '0', '2', '1', '1']);
  });

  it('names nobody where pseudonyms are asked for, and the same one the next time', async () => {
    await report(ASSIGNMENT, '--pseudonyms');
    const first = read('grades.csv');
    for (const file of ['grades.csv', 'canvas.csv', 'moodle.csv', 'findings.csv', 'report.html'])
      assert.ok(!/\b(ada|bob|cy|dee|eve)\b/.test(read(file)), file);
    assert.ok(!existsSync(path.join(course.root, 'reports', ASSIGNMENT, 'answers/ada')));
    await report(ASSIGNMENT, '--pseudonyms');
    assert.equal(read('grades.csv'), first);
  });

  it('forgets submissions, and keeps the grades', async () => {
    const unsure = await report('forget', ASSIGNMENT);
    assert.equal(unsure.code, 2);
    assert.match(unsure.errors, /folders of 5 students for good; the grades stay: add --yes/);
    assert.equal((await report('forget', ASSIGNMENT, '--yes')).code, 0);
    for (const folder of ['submitted/ada/masks', 'autograded/ada/masks', 'reports/masks', '.grading/masks'])
      assert.ok(!existsSync(path.join(course.root, folder)), folder);
    assert.deepEqual(course.gradebook().scores, { ada: 6, bob: 0, cy: 6, dee: 0, eve: 0 });
  });
});
