import assert from 'node:assert/strict';
import { honestNotebook } from '../assignment';
import { Course, requireNbgrader } from './course';

const PLUGIN = `from nbgrader.plugins import BasePlugin


class PointADay(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        print("on the service's stdout")
        return total_seconds_late / 86400
`;

describe('grading: late penalties', function () {
  this.timeout(300_000);
  let course: Course;
  before(function () {
    requireNbgrader(this);
    course = new Course();
    const times = {
      ada: '2026-01-31 23:00:00 UTC',
      bob: '2026-02-03 00:00:00 UTC',
      cy: '2026-03-01 00:00:00 UTC',
    };
    for (const [student, time] of Object.entries(times)) {
      course.submit(student, honestNotebook());
      course.submit(student, time, 'timestamp.txt');
    }
  });
  after(() => course?.remove());

  it('are those of the course folder’s own plugin, and stand in the export', async () => {
    course.nbgrader('db', 'assignment', 'add', 'masks', '--duedate=2026-02-01 00:00 UTC');
    course.write('late.py', PLUGIN);
    course.write(
      'nbgrader_config.py',
      'c = get_config()\nc.AssignLatePenalties.plugin_class = "late.PointADay"\n',
    );
    const { code, out, errors } = await course.grade();
    assert.equal(code, 0, errors);
    assert.match(out, /^bob +graded +4 +9 +−2 /m);
    const grades = course.grades();
    const columns = ['raw_score', 'late_submission_penalty', 'score'];
    assert.deepEqual(
      Object.fromEntries(
        Object.entries(grades).map(([name, row]) => [name, columns.map((each) => Number(row[each]))]),
      ),
      // More than there is to lose is never taken.
      { ada: [6, 0, 6], bob: [6, 2, 4], cy: [6, 6, 0] },
    );
  });
});
