import assert from 'node:assert/strict';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StrictNotebook } from '../../../grading/repair/notebook';
import {
  DICE_ANSWER,
  honestNotebook,
  IOU_ANSWER,
  masksNotebook,
  masksSource,
  WRITTEN_ANSWER,
} from '../assignment';
import { Course, requireNbgrader } from './course';

describe('grading: npm run grade', function () {
  this.timeout(240_000);
  let course: Course;
  before(function () {
    requireNbgrader(this);
    course = new Course();
    course.submit('ada', honestNotebook());
    course.submit('bob', masksNotebook({ dice: '/* HALF 1 */ return 0;', written: WRITTEN_ANSWER }));
    course.submit('cy', masksNotebook());
    course.submit('dot', '{"cells": 7}');
    course.submit('eve', masksNotebook({ dice: `${DICE_ANSWER} // BREAK` }));
    course.submit('fay', 'only words', 'readme.txt');
    course.submit('gus', honestNotebook(), 'masks (1).ipynb');
    course.submit('gus', '2026-01-30 15:00:00 UTC', 'timestamp.txt');
    // Half of an emoji, and the text of its escape.
    const half = `${IOU_ANSWER} // \ud83d, not \\ud83d`;
    course.submit('hal', masksNotebook({ dice: DICE_ANSWER, iou: half, written: `${WRITTEN_ANSWER}\ude00` }));
    course.submit('hal', 'soon', 'timestamp.txt');
    course.submit('i[1]', honestNotebook());
    symlinkSync('ada', path.join(course.root, 'submitted', 'jo'));
    symlinkSync('/etc/passwd', path.join(course.root, 'submitted/ada/masks/passwd.txt'));
    writeFileSync(path.join(course.root, 'submitted/ada/masks/figure.txt'), 'a figure');
  });
  after(() => course?.remove());

  it('grades what can be graded, and tells the rest', async () => {
    const { code, out, errors, judged } = await course.grade(['--jobs', '2', '--seed', '7']);
    assert.equal(errors, '');
    assert.equal(code, 1, 'eve, the name and the link could not be graded');
    assert.deepEqual(
      judged,
      ['ada', 'bob', 'cy', 'eve', 'gus', 'hal'].map((student) => `${student} masks all`),
    );
    assert.match(out, /^8 submissions, seed 7$/m);
    const table = out.slice(out.indexOf('student'));
    assert.deepEqual(
      table.split('\n').map((row) => row.replace(/ {2,}/g, ' | ')),
      [
        'student | result | points | of | by hand | note',
        'ada | graded | 6 | 9 | to do',
        'bob | graded | 2 | 9 | to do',
        'cy | graded | 0 | 9',
        'dot | refused | 0 | 9 | The file is not a notebook: it holds no list of cells.',
        'eve | failed | the box could not be opened',
        'fay | refused | 0 | 9 | No notebook was submitted: expected masks.ipynb.',
        'gus | graded | 6 | 9 | to do',
        'hal | graded | 6 | 9 | to do',
        'i[1] | failed | a folder name that nbgrader cannot take: rename it',
        'jo | failed | a link, and links are not followed: put the folder there',
        '5 graded, 2 refused, 3 failed',
        '',
      ],
    );
  });

  it('hands nbgrader the points, whatever the outputs say', () => {
    assert.deepEqual(course.gradebook().scores, { ada: 6, bob: 2, cy: 0, dot: 0, fay: 0, gus: 6, hal: 6 });
    assert.equal(course.grades().gus.timestamp, '2026-01-30 15:00:00');
  });

  it('writes autograded/ without what acts in a browser, and what was noted before all', () => {
    const { cells } = JSON.parse(course.read('autograded/gus/masks/masks.ipynb')) as StrictNotebook;
    assert.match([cells[0].source].flat().join(''), /The file is named masks \(1\)\.ipynb/);
    assert.deepEqual(cells[5].outputs, [
      {
        output_type: 'display_data',
        metadata: {},
        data: { 'text/html': ['<p>seed 7</p>alert(1)'], 'text/plain': ['seed 7'] },
      },
      { output_type: 'execute_result', execution_count: null, metadata: {}, data: { 'text/plain': ['4'] } },
    ]);
    assert.deepEqual(Object.keys(course.files('autograded/ada/masks')), ['figure.txt', 'masks.ipynb']);
    const halved = JSON.parse(course.read('autograded/hal/masks/masks.ipynb')) as StrictNotebook;
    assert.match(JSON.stringify(halved), /\ufffd, not \\\\ud83d/);
    const refused = JSON.parse(course.read('autograded/dot/masks/masks.ipynb')) as StrictNotebook;
    assert.match([refused.cells[0].source].flat().join(''), /Not graded: The file is not a notebook/);
  });

  it('skips what has not changed, and grades what has', async () => {
    rmSync(path.join(course.root, 'submitted/jo'));
    rmSync(path.join(course.root, 'submitted/i[1]'), { recursive: true });
    course.submit('eve', masksNotebook({ dice: DICE_ANSWER }));
    course.submit('cy', masksNotebook({ iou: '/* HALF 2 */ return 0;' }));
    const { code, out, judged } = await course.grade();
    assert.equal(code, 0);
    assert.deepEqual(judged, ['cy masks all', 'eve masks all']);
    assert.match(out, /2 graded, 6 unchanged/);
    assert.deepEqual(course.gradebook().scores, {
      ada: 6,
      bob: 2,
      cy: 1,
      dot: 0,
      eve: 4,
      fay: 0,
      gus: 6,
      hal: 6,
    });
  });

  it('regrades one student, all for another seed, and all for another version of the grader', async () => {
    assert.deepEqual((await course.grade(['--student', 'ada', '--regrade'])).judged, ['ada masks all']);
    assert.deepEqual((await course.grade(['--student', 'ada'])).judged, []);
    assert.equal((await course.grade(['--seed', '8'])).judged.length, 6);
    assert.equal((await course.grade(['--seed', '8'])).judged.length, 0);
    assert.equal((await course.grade([], { version: '2' })).judged.length, 6);
  });

  it('regrades one exercise and keeps the others', async () => {
    const { code, judged, out } = await course.grade(
      ['--exercise', '2', '--student', 'ada', '--seed', '9', '--json'],
      { version: '2' },
    );
    assert.equal(code, 0);
    assert.deepEqual(judged, ['ada masks 2']);
    const [{ exercises }] = JSON.parse(out) as { exercises: { gradeId: string; points: number }[] }[];
    assert.deepEqual(
      exercises.map(({ gradeId, points }) => [gradeId, points]),
      [
        ['check-1', 4],
        ['check-2', 2],
      ],
    );
    assert.equal(course.gradebook().scores.ada, 6);
    const { cells } = JSON.parse(course.read('autograded/ada/masks/masks.ipynb')) as StrictNotebook;
    assert.match(JSON.stringify(cells[7].outputs), /seed 9/);
    assert.doesNotMatch(JSON.stringify(cells[4].outputs), /seed 9/);
  });

  it('records again what the gradebook has lost, without judging again', async () => {
    const before = course.gradebook().scores;
    rmSync(path.join(course.root, 'gradebook.db'));
    const { judged } = await course.grade([], { version: '2' });
    assert.deepEqual(judged, []);
    assert.deepEqual(course.gradebook().scores, before);
  });

  it('says what was asked wrongly, and where submissions belong', async () => {
    const wrong: [string[], RegExp][] = [
      [
        ['--student', 'zoe'],
        /got student 'zoe', who has no folder .*submitted\/zoe\/masks; expected one of: ada, bob/,
      ],
      [['--exercise', '3'], /got exercise '3'; expected one of: 1, 2/],
      [['--jobs', '0'], /got --jobs 0; expected a whole number from 1/],
      [['--sed', '0'], /--sed/],
      [['other'], /got 'masks other'; expected npm run grade -- <assignment>/],
    ];
    for (const [args, message] of wrong) {
      const { code, errors } = await course.grade(args);
      assert.equal(code, 2);
      assert.match(errors, message);
    }
    const empty = new Course();
    try {
      const { code, errors } = await empty.grade();
      assert.equal(code, 2);
      assert.match(errors, /got no submission of masks; expected them in .*submitted\/<student>\/masks/);
      empty.write('source/twice/masks.ipynb', masksSource());
      const unknown = await empty.grade(['--course', '/nonexistent/course']);
      assert.match(unknown.errors, /got assignment 'masks'; expected one of: .*8\.3\.3-unet/);
    } finally {
      empty.remove();
    }
  });
});
