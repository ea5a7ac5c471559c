import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { reportCommand } from '../../../grading/report/command';
import { withoutTypes } from '../../../grading/report/similarity/answer-files';
import { compareAnswers } from '../../../grading/report/similarity/jplag';
import { similarityPage, unusualFrom } from '../../../grading/report/similarity/page';
import { sourceOf } from '../../../grading/notebook';
import { honestNotebook } from '../assignment';
import { rightAnswers } from '../answers';
import { gradeId } from '../answers/answer';
import { submittedNotebook } from '../answers/cells';
import { ASSIGNMENT, Course, requireNbgrader } from '../grade/course';

/** A JDK of version 21 or later in the usual places, and Maven. */
function hasJava(): boolean {
  if (spawnSync('mvn', ['--version']).status !== 0) return false;
  const installed = '/usr/lib/jvm';
  const compilers = [
    'javac',
    ...(existsSync(installed)
      ? readdirSync(installed).map((name) => path.join(installed, name, 'bin/javac'))
      : []),
  ];
  return compilers.some((javac) => {
    const { stdout, status } = spawnSync(javac, ['--version'], { encoding: 'utf8' });
    return status === 0 && Number(/\d+/.exec(stdout)?.[0]) >= 21;
  });
}

describe('report: JPlag', function () {
  this.timeout(600_000);

  before(function () {
    if (hasJava()) return;
    console.log('      skipped: JPlag needs a JDK 21 or later, and Maven');
    this.skip();
  });

  it('finds a copy with other names in another order, and no right answer of somebody else', async () => {
    const own = rightAnswers.filter(({ exercise, file }) => exercise === '8.1' && file !== undefined);
    assert.ok(own.length >= 4);
    const answers = Object.fromEntries(
      own.map((answer, n) => {
        const id = gradeId(answer.exercise);
        const { cells } = submittedNotebook(answer);
        const cell = cells.find(({ metadata }) => metadata.nbgrader?.grade_id === id);
        return [`s${n}/${id}.ts`, sourceOf(cell!)];
      }),
    );
    const [name, text] = Object.entries(answers)[0];
    answers[name.replace('s0', 'copy')] = reordered(text);
    const found = await compareAnswers(await withoutTypes(answers), { 'given.ts': 'class InputBlock {}' });
    assert.deepEqual([...found.pairs[0].students].sort(), ['copy', 's0']);
    const from = unusualFrom(found.counts);
    const told = found.pairs.filter(({ similarity }) => similarity >= from);
    assert.deepEqual(
      told.map(({ students }) => [...students].sort()),
      [['copy', 's0']],
    );
    assert.ok(found.pairs.length === (own.length * (own.length + 1)) / 2, 'all pairs');
    const page = await similarityPage('8.1', found, answers);
    assert.match(page, /<pre>/);
  });

  it('is what npm run report -- … --similarity adds, under pseudonyms where they are asked for', async function () {
    requireNbgrader(this);
    const course = new Course();
    try {
      const copied = honestNotebook();
      const answer = copied.cells.find(({ id }) => id === 'exercise-1')!;
      answer.source += Array.from(
        { length: 9 },
        (_, n) => `\nfunction f${n}(a: number) { if (a) { return f(a); } }`,
      ).join('');
      for (const student of ['ada', 'bob']) course.submit(student, copied);
      course.submit('cy', honestNotebook());
      await course.grade();
      const errors: string[] = [];
      const code = await reportCommand(
        [ASSIGNMENT, '--course', course.root, '--pseudonyms', '--similarity'],
        {
          out: { write: () => undefined },
          errors: { write: (text: string) => errors.push(text) },
          env: {},
        },
      );
      assert.deepEqual([code, errors], [0, []]);
      const page = course.read(`reports/${ASSIGNMENT}/similarity.html`);
      assert.match(page, /<h2>s-[0-9a-f]{10} and s-[0-9a-f]{10}: 9\d %<\/h2>/);
      assert.match(page, /function f8\(a: number\)/);
      assert.doesNotMatch(page, /\b(ada|bob|cy)\b|<script/);
      assert.match(course.read(`reports/${ASSIGNMENT}/report.html`), /href="similarity\.html"/);
    } finally {
      course.remove();
    }
  });
});

/** The top-level declarations from the last to the first, with other names. */
function reordered(text: string): string {
  const parts = text.split(/\n(?=(?:export |abstract )*(?:class|function|const|let)\b)/);
  assert.ok(parts.length > 3);
  const renamed = parts
    .reverse()
    .join('\n')
    .replace(/\bx\b/g, 'input')
    .replace(/\boptions\b/g, 'settings')
    .replace(/\bforward\b/g, 'pass');
  assert.notEqual(renamed, text);
  return renamed;
}
