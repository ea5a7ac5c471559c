import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import path from 'node:path';
import { honestNotebook, masksSource } from '../assignment';
import { ASSIGNMENT, Course, requireNbgrader } from './course';

const STUDENTS = ['ada', 'bob', 'cy'];

describe('grading: a full disk of the course folder', function () {
  this.timeout(300_000);
  let course: Course;
  let isMounted = false;
  before(function () {
    requireNbgrader(this);
    course = new Course();
    const { root } = course;
    isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', root]).status === 0;
    if (isMounted) return;
    console.log('      skipped: only the superuser can mount a small disk');
    this.skip();
  });
  after(() => {
    if (isMounted) execFileSync('umount', ['--lazy', course.root]);
    course?.remove();
  });

  const filler = () => path.join(course.root, 'filler');
  /** Takes all of the disk but so many bytes. */
  function fill(free: number): void {
    const file = openSync(filler(), 'w');
    const page = Buffer.alloc(4096);
    try {
      for (;;) writeSync(file, page);
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
    } finally {
      closeSync(file);
    }
    truncateSync(filler(), statSync(filler()).size - free);
  }
  const halfWritten = (): string[] =>
    readdirSync(course.root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.part'));

  it('is told, loses nothing, and the same command goes on when there is space again', async () => {
    // The mount hides what was there.
    course.write(`source/${ASSIGNMENT}/masks.ipynb`, masksSource());
    course.submit('ada', honestNotebook());
    assert.equal((await course.grade(['--seed', '1'])).code, 0);
    const before = { scores: course.gradebook().scores, recorded: course.files('autograded/ada') };
    for (const student of STUDENTS.slice(1)) course.submit(student, honestNotebook());
    for (const free of [0, 4096, 16_384, 65_536]) {
      fill(free);
      const full = await course.grade(['--seed', '1']);
      rmSync(filler());
      assert.notEqual(full.code, 0, `${free} bytes free`);
      assert.match(
        full.out + full.errors,
        /no space left: the disk of .* KiB free; make space, then the same command goes on/,
      );
      assert.deepEqual(halfWritten(), []);
      assert.deepEqual(course.files('autograded/ada'), before.recorded);
      assert.equal(course.gradebook().scores['ada'], before.scores['ada']);
    }
    const freed = await course.grade(['--seed', '1']);
    assert.equal(freed.code, 0, freed.out + freed.errors);
    assert.deepEqual(course.gradebook().scores, { ada: 6, bob: 6, cy: 6 });
  });
});
