import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import seedrandom from 'seedrandom';
import { Journal } from '../../../grading/grade/journal';
import { packageRoot } from '../../../lib/io/package-root';
import { DICE_ANSWER, honestNotebook, masksNotebook, WRITTEN_ANSWER } from '../assignment';
import { ASSIGNMENT, Course, requireNbgrader } from './course';

const MAIN = path.join(__dirname, 'fake-main.ts');
const STUDENTS = Array.from({ length: 8 }, (_, n) => `student-${n}`);
const ARGUMENTS = ['--seed', '5', '--jobs', '2'];

/** A course with submissions of all kinds. */
function fullCourse(): Course {
  const course = new Course();
  STUDENTS.forEach((student, n) => {
    const kinds = [
      honestNotebook(),
      masksNotebook({ dice: DICE_ANSWER, written: WRITTEN_ANSWER }),
      '{ broken',
      { ...honestNotebook(), cells: honestNotebook().cells.filter(({ id }) => id !== 'check-1') },
    ];
    course.submit(student, kinds[n % kinds.length]);
  });
  return course;
}

/** What a run leaves: the gradebook, the recorded notebooks, and nothing half-done. */
function left(course: Course): object {
  const own = readdirSync(path.join(course.root, '.grading'), { recursive: true, encoding: 'utf8' });
  return { grades: course.gradebook().grades, autograded: course.files('autograded'), own: own.sort() };
}

/**
 * Starts the grader again and again and kills it, after a random time from its first line; then lets it end. Whatever
 * was in the journal as judged is never judged again.
 *
 */
async function killAndFinish(course: Course, kills: number, seed: string): Promise<void> {
  const random = seedrandom(seed);
  for (let kill = 0; kill < kills; kill += 1) {
    const judged = judgedStudents(course);
    const { log: before } = state(course);
    await run(course, random() * 1500);
    const again = state(course)
      .log.slice(before.length)
      .map((line) => line.split(' ')[0]);
    for (const student of again) assert.ok(!judged.has(student), `${student} was judged again`);
  }
  const code = await run(course, undefined);
  assert.equal(code, 0);
}

function judgedStudents(course: Course): Set<string> {
  const journal = new Journal(path.join(course.root, '.grading', ASSIGNMENT));
  return new Set(STUDENTS.filter((student) => journal.entry(student)?.judged));
}

function state(course: Course): { log: string[] } {
  return { log: existsSync(course.log) ? readFileSync(course.log, 'utf8').trim().split('\n') : [] };
}

/** @returns the exit code; null where it was killed, `milliseconds` after it began to grade */
function run(course: Course, milliseconds: number | undefined): Promise<number | null> {
  const args = [
    '-r',
    'ts-node/register',
    MAIN,
    course.log,
    ASSIGNMENT,
    '--course',
    course.root,
    ...ARGUMENTS,
  ];
  const child = spawn(process.execPath, args, { cwd: packageRoot(), stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.once('data', () => {
    if (milliseconds !== undefined) setTimeout(() => child.kill('SIGKILL'), milliseconds);
  });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}

/** A suite: a run that is killed so often, and finished, against one that is not. */
export function describeKills(title: string, kills: number, seed: string): void {
  describe(title, function () {
    this.timeout(kills * 120_000);
    const courses: Course[] = [];
    before(function () {
      requireNbgrader(this);
      courses.push(fullCourse(), fullCourse());
    });
    after(() => courses.forEach((course) => course.remove()));

    it('leaves what an undisturbed run leaves, and judges nothing twice', async () => {
      const [undisturbed, killed] = courses;
      await killAndFinish(undisturbed, 0, '');
      await killAndFinish(killed, kills, seed);
      assert.deepEqual(left(killed), left(undisturbed));
    });
  });
}
