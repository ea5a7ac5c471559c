import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../lib/io/package-root';
import { honestNotebook, masksNotebook, WRITTEN_ANSWER } from '../grading/assignment';
import { Course, requireNbgrader } from '../grading/grade/course';
import { requireSystem } from '../system';
import { Formgrader } from './formgrader';

const SCREENSHOTS = path.join(packageRoot(), '.build', 'screenshots');
/** What would run in the instructor's browser, with the instructor's rights. */
const ATTACKS = `${WRITTEN_ANSWER}

<script>document.title = 'taken';</script> <img src="x" onerror="document.title = 'taken'">
<svg onload="document.title = 'taken'"></svg> [link](javascript:alert(1)) and $a < b$`;

describe('formgrader in Chromium', function () {
  this.timeout(600_000);
  let course: Course;
  let formgrader: Formgrader;

  before(async function () {
    const executable = requireSystem(this, 'chromium');
    requireNbgrader(this);
    course = new Course();
    course.submit('ada', { ...honestNotebook(), cells: withAttacks() });
    course.submit('bob', masksNotebook());
    const { code, errors } = await course.grade(['--seed', '1']);
    assert.equal(code, 0, errors);
    formgrader = await Formgrader.start(executable, course.root);
  });
  after(async () => {
    await formgrader?.stop();
    course?.remove();
  });

  it('takes a grade and a comment for a written answer, and shows nothing that acts', async () => {
    const page = await formgrader.open('gradebook/masks/masks');
    const row = page.locator('tbody tr', { hasText: '6 / 9' });
    await row.locator('a.name-hidden').click();
    const answer = page.locator('.nbgrader_cell', { hasText: 'Dice counts the overlap twice' });
    await answer.waitFor();
    assert.equal(await page.getByText('seed 1').count(), 2, 'the words for both checks');
    const [score, comment] = [page.locator('#written-1'), page.locator('#written-1-comment')];
    for (const [field, value] of [
      [score, '2.5'],
      [comment, 'Well put.'],
    ] as const) {
      const saved = page.waitForResponse(
        (response) => response.request().method() === 'PUT' && response.ok(),
      );
      await field.fill(value);
      await field.blur();
      await saved;
    }
    assert.doesNotMatch(await page.title(), /taken/);
    assert.equal(
      await page.locator('.nbgrader_cell [onerror], .nbgrader_cell script:not([type^="math"])').count(),
      0,
    );
    mkdirSync(SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: path.join(SCREENSHOTS, 'formgrader.png'), fullPage: true });
    await page.reload();
    await answer.waitFor();
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#written-1')?.value === '2.5');
    assert.equal(await comment.inputValue(), 'Well put.');
  });

  it('leaves the manual grade and the comment where a regrade and the feedback find them', async () => {
    const { code } = await course.grade(['--regrade']);
    assert.equal(code, 0);
    const ada = course.gradebook().grades.filter(([student]) => student === 'ada');
    assert.deepEqual(
      ada.map(([, cell, automatic, manual]) => [cell, automatic, manual]),
      [
        ['check-1', 4, null],
        ['check-2', 2, null],
        ['written-1', null, 2.5],
      ],
    );
    course.nbgrader('generate_feedback', 'masks', '--student', 'ada');
    const feedback = course.read('feedback/ada/masks/masks.html');
    assert.match(feedback, /8\.5/);
    assert.match(feedback, /Well put\./);
    assert.doesNotMatch(feedback, /<script>document\.title|onerror=/);
  });
});

function withAttacks() {
  return honestNotebook().cells.map((cell) =>
    cell.id === 'written-1' ? { ...cell, source: ATTACKS } : cell,
  );
}
