import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../lib/io/package-root';
import { DICE_ANSWER, honestNotebook, masksNotebook, WRITTEN_ANSWER } from '../assignment';
import { until, withQueue } from './class';
import { readStatusOf } from './status-of';

describe('queue: coordinators and workers as processes', function () {
  const current = withQueue(this);

  it('gives what the machine itself gives, and leaves nothing in the database', async () => {
    const { course, workers, url, query } = bound(current());
    course.submit('ada', honestNotebook());
    course.submit('bob', masksNotebook({ dice: '/* HALF 1 */ return 0;', written: WRITTEN_ANSWER }));
    course.submit('cy', '{"cells": 7}');
    course.submit('dot', masksNotebook({ dice: `${DICE_ANSWER} // BREAK` }));
    workers.start(url);
    const { code, out, judged } = await course.grade(['--queue', url, '--seed', '7']);
    assert.equal(code, 1);
    assert.deepEqual(judged, [], 'nothing is judged by the coordinator');
    assert.deepEqual(course.gradebook().scores, { ada: 6, bob: 2, cy: 0 });
    assert.match(out, /^dot +failed +set aside after 3 tries: the box could not be opened$/m);
    assert.deepEqual(current().judged().sort(), ['ada', 'bob', 'dot', 'dot', 'dot']);
    for (const table of ['segcourse.run', 'segcourse.submission', 'pgboss.job']) {
      assert.deepEqual(await query(`SELECT count(*)::int FROM ${table}`), [{ count: 0 }], table);
    }
  });

  it('shows nothing of answers, names and cases to who reads the database', async () => {
    const { course, url, query } = bound(current());
    course.submit('ada-lovelace', honestNotebook());
    const { process, ended } = current().coordinator();
    await until(
      async () => (await readStatusOf(url)).runs.some(({ waiting }) => waiting === 1),
      'it waits in the queue',
    );
    process.kill('SIGKILL');
    await ended;
    const tables = await query(
      `SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname IN ('segcourse', 'pgboss')`,
    );
    let dump = '';
    for (const { name } of tables) {
      for (const row of await query(`SELECT t::text AS row FROM ${String(name)} t`)) dump += `${row.row}\n`;
    }
    assert.match(dump, /\\x[0-9a-f]{400}/, 'there is something sealed');
    for (const secret of ['ada-lovelace', 'overlap', 'SOLUTION', 'check-1']) {
      assert.ok(!dump.includes(secret), secret);
      assert.ok(!dump.includes(Buffer.from(secret).toString('hex')), `${secret} in hexadecimal`);
    }
  });

  it('takes the higher priority first', async () => {
    const { url, workers } = bound(current());
    const other = current();
    other.course.submit('late', honestNotebook());
    const low = other.coordinator();
    await until(
      async () => (await readStatusOf(url)).runs.some(({ waiting }) => waiting === 1),
      'the first waits',
    );
    low.process.kill('SIGKILL');
    await low.ended;
    other.course.submit('urgent', honestNotebook());
    const high = other.coordinator('--student', 'urgent', '--priority', '5');
    await until(async () => (await readStatusOf(url)).runs.length === 2, 'both runs are there');
    await until(
      async () => (await readStatusOf(url)).runs.every(({ waiting }) => waiting === 1),
      'the second waits',
    );
    workers.start(url, { jobs: 1 });
    await high.ended;
    await until(() => current().judged().length === 2, 'both are judged');
    assert.deepEqual(current().judged(), ['urgent', 'late']);
  });

  it('goes on where a killed coordinator was, and judges nothing twice', async () => {
    const { url, workers, course } = bound(current());
    const scores = current().submit(8);
    workers.start(url, { milliseconds: 50 });
    for (const judged of [1, 4]) {
      const coordinator = current().coordinator();
      await until(() => current().judged().length >= judged, `${judged} are judged`);
      coordinator.process.kill('SIGKILL');
      await coordinator.ended;
    }
    assert.equal(await current().coordinator().ended, 0);
    assert.deepEqual(course.gradebook().scores, scores);
    assert.deepEqual(current().judged().sort(), Object.keys(scores));
  });

  it('gives what a killed worker had to another', async () => {
    const { url, workers, course } = bound(current());
    const scores = current().submit(4);
    const first = workers.start(url, { milliseconds: 60_000 });
    const { ended, said } = current().coordinator();
    await until(() => current().judged().length === 2, 'the worker has begun two');
    first.process.kill('SIGKILL');
    workers.start(url);
    assert.equal(await ended, 0);
    assert.deepEqual(course.gradebook().scores, scores);
    assert.match(said(), /Worker \S+ ended without a word\./);
  });

  it('lets a worker end what it has begun, or give it back', async () => {
    const { url, workers, course, query } = bound(current());
    const scores = current().submit(4);
    const draining = workers.start(url, { milliseconds: 300 });
    const { ended } = current().coordinator();
    await until(() => current().judged().length === 2, 'the worker has begun two');
    draining.process.kill('SIGTERM');
    assert.equal(await draining.ended, 0);
    assert.match(draining.said(), /judged 2\.\n$/);
    const leaving = workers.start(url, { milliseconds: 60_000 });
    await until(() => current().judged().length === 4, 'the next has begun the others');
    leaving.process.kill('SIGTERM');
    await until(() => leaving.said().includes('once more'), 'it says so');
    leaving.process.kill('SIGTERM');
    assert.equal(await leaving.ended, 0);
    const given = await query('SELECT attempts, worker FROM segcourse.submission WHERE result IS NULL');
    assert.deepEqual(given, [
      { attempts: 0, worker: null },
      { attempts: 0, worker: null },
    ]);
    workers.start(url);
    assert.equal(await ended, 0);
    assert.deepEqual(course.gradebook().scores, scores);
  });

  it('keeps the gradebook in PostgreSQL too, and waits for it', async () => {
    const { url, workers, course } = bound(current());
    const scores = current().submit(6);
    const gradebook = (await current().postgres.makeDatabase()).replace('postgres:', 'postgresql+psycopg:');
    course.write(
      'nbgrader_config.py',
      `c = get_config()\nload_subconfig(${JSON.stringify(path.join(packageRoot(), 'grading/nbgrader_config.py'))})\nc.CourseDirectory.db_url = ${JSON.stringify(gradebook)}\nc.CourseDirectory.course_id = 'masks'\n`,
    );
    workers.start(url, { milliseconds: 300, jobs: 1 });
    const { ended, said } = current().coordinator();
    await until(() => said().includes('of 9 points'), 'the first is recorded');
    await current().postgres.stop();
    await until(() => said().includes('Waiting for the database'), 'it is missed');
    await current().postgres.start();
    assert.equal(await ended, 0);
    assert.ok(!existsSync(path.join(course.root, 'gradebook.db')));
    const grades = course.grades();
    for (const [student, score] of Object.entries(scores))
      assert.equal(Number(grades[student].score), score, student);
    assert.deepEqual(current().judged().sort(), Object.keys(scores));
  });

  it('shows how it does', async () => {
    const { url, workers, course } = bound(current());
    current().submit(3);
    course.submit('poison', masksNotebook({ dice: `${DICE_ANSWER} // BREAK` }));
    const worker = workers.start(url, { jobs: 1 });
    const { process, ended } = current().coordinator();
    await until(
      async () => (await readStatusOf(url)).runs.some((run) => run.judged === 3 && run.aside === 1),
      'all have ended',
    );
    process.kill('SIGKILL');
    await ended;
    const status = await readStatusOf(url);
    const { assignment, total, sent, waiting, working, p50, perMinute } = status.runs[0];
    assert.deepEqual([assignment, total, sent, waiting, working], ['masks', 4, 4, 0, 0]);
    assert.ok(p50! >= 0 && perMinute > 0);
    assert.deepEqual(status.aside, [
      {
        assignment: 'masks',
        student: 'poison',
        notebook: 'masks',
        reason: 'set aside after 3 tries: the box could not be opened',
      },
    ]);
    const name = /Worker (\S+),/.exec(worker.said())![1];
    assert.deepEqual(
      status.workers.map((each) => [each.name, each.version, each.judged, each.state]),
      [[name, '1', 3, 'working']],
    );
    const { out } = await course.command(['status', url]);
    assert.match(out, /^masks \(priority 0, version 1\): 3 of at most 4 notebooks judged, .* set aside, /);
    assert.match(out, /^ {2}masks: poison, masks: set aside after 3 tries/m);
  });
});

/** What tests use of a class, to be taken apart. */
function bound(queue: ReturnType<ReturnType<typeof withQueue>>) {
  const { course, workers, url } = queue;
  return { course, workers, url, query: (text: string) => queue.query(text) };
}
