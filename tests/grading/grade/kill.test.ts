import assert from 'node:assert/strict';
import type { Course } from './course';
import { requireNbgrader } from './course';
import { fullCourse, killAndFinish, left } from './kills';

describe('grading: killed and run again', function () {
  this.timeout(600_000);
  const courses: Course[] = [];
  before(function () {
    requireNbgrader(this);
    courses.push(fullCourse(), fullCourse());
  });
  after(() => courses.forEach((course) => course.remove()));

  it('leaves what an undisturbed run leaves, and judges nothing twice', async () => {
    const [undisturbed, killed] = courses;
    await killAndFinish(undisturbed, 0, '');
    await killAndFinish(killed, 5, 'kill.test');
    assert.deepEqual(left(killed), left(undisturbed));
  });
});
