import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readAddress } from '../../../grading/queue/address';
import { openQueue } from '../../../grading/queue/queue';
import { until } from './class';
import { jobOf, telling, withDatabase } from './in-process';

const STUDENTS = ['a', 'b', 'c', 'd', 'e', 'f'];

describe('queue: what goes wrong', function () {
  const current = withDatabase(this);

  it('waits for a database that is down at the start, and says so', async () => {
    const shared = current();
    await shared.postgres.stop();
    const judge = shared.judge();
    const worker = shared.worker();
    await until(() => shared.said.length >= 2, 'both wait');
    assert.match(shared.said[0], /^Waiting for the database: connect ECONNREFUSED 127\.0\.0\.1:\d+$/);
    await shared.postgres.start();
    assert.equal((await (await judge).grade(jobOf('ada'))).exercises.length, 2);
    await worker;
    assert.ok(shared.said.includes('The database is back.'));
  });

  it('gives up one that never was there, without its password', async () => {
    const shared = current();
    await shared.postgres.stop();
    const opened = openQueue(readAddress(shared.url, {}), '1', { report: shared.report, startSeconds: 0 });
    await assert.rejects(opened, (error: Error) => {
      assert.match(
        error.message,
        /^got no answer from postgres:\/\/127\.0\.0\.1:\d+\/test_\d+ in 0 s: .*; expected/,
      );
      return !error.message.includes('password');
    });
    await shared.postgres.start();
  });

  it('says at once what no waiting mends', async () => {
    const { url, report } = current();
    const wrong = url.replace(/:[^:@]*@/, ':wrong@');
    await assert.rejects(
      openQueue(readAddress(wrong, {}), '1', { report }),
      /password authentication failed/,
    );
  });

  for (const [title, signal] of [
    ['is stopped', 'SIGINT'],
    ['crashes', 'SIGQUIT'],
  ] as const) {
    it(`loses nothing when the database ${title} while submissions are judged`, async () => {
      const shared = current();
      const judge = await shared.judge();
      let begun = 0;
      let letGo = (): void => undefined;
      const down = new Promise<void>((resolve) => (letGo = resolve));
      await shared.worker({ openJudge: telling(() => void begun++, down) });
      const results = STUDENTS.map((student) => judge.grade(jobOf(student)));
      await until(() => begun >= 2, 'two are begun');
      await shared.postgres.stop(signal);
      letGo();
      await until(() => shared.said.length >= 2, 'both miss it');
      await shared.postgres.start();
      assert.equal((await Promise.all(results)).length, STUDENTS.length);
      const [{ count }] = await shared.query(
        'SELECT count(*)::int FROM segcourse.submission WHERE result IS NOT NULL',
      );
      assert.equal(count, STUDENTS.length);
    });
  }

  it('hands in the last result when the database is back', async () => {
    const shared = current();
    const judge = await shared.judge();
    let begun = 0;
    let letGo = (): void => undefined;
    const down = new Promise<void>((resolve) => (letGo = resolve));
    const { worker } = await shared.worker({ openJudge: telling(() => void begun++, down) });
    const result = judge.grade(jobOf('ada'));
    await until(() => begun === 1, 'it is begun');
    await shared.postgres.stop();
    letGo();
    await until(() => shared.said.length >= 2, 'both miss it');
    await shared.postgres.start();
    await result;
    assert.equal(begun, 1, 'judged once');
    await until(() => worker.judged === 1, 'the worker knows');
    await judge.close(true);
  });

  it('goes on when the clock of the database jumps back or ahead', async () => {
    const shared = current();
    const judge = await shared.judge();
    for (const jump of ["interval '3 days'", "interval '-30 days'"]) {
      const results = STUDENTS.map((student) => judge.grade(jobOf(`${student} ${jump}`)));
      // As all that was written looks after a jump of the clock by as much the other way.
      await until(async () => (await waiting()) === STUDENTS.length, 'all are sent');
      await shared.query(
        `UPDATE pgboss.job SET created_on = created_on + ${jump}, start_after = start_after + ${jump},
           started_on = started_on + ${jump}, keep_until = keep_until + ${jump}`,
      );
      await shared.query(`UPDATE segcourse.worker SET seen = seen + ${jump}`);
      const { worker, ended } = await shared.worker();
      await Promise.all(results);
      worker.drain();
      await ended;
    }
    async function waiting(): Promise<unknown> {
      return (await shared.query(`SELECT count(*)::int FROM pgboss.job WHERE state < 'active'`))[0].count;
    }
  });

  it('sets a submission aside whose bytes are damaged, at once, and no other', async () => {
    const shared = current();
    const judge = await shared.judge();
    const damaged = assert.rejects(
      judge.grade(jobOf('ada')),
      /^Error: submission \S+ is damaged, or was sealed with another secret; run the same command again$/,
    );
    await until(async () => (await count()) === 1, 'it is sent');
    await shared.query(
      `UPDATE segcourse.submission SET sealed = set_byte(sealed, 100, get_byte(sealed, 100) # 1)`,
    );
    await shared.worker();
    await damaged;
    assert.deepEqual(await shared.query('SELECT attempts FROM segcourse.submission'), [{ attempts: 1 }]);
    await judge.grade(jobOf('bob'));
    async function count(): Promise<unknown> {
      return (await shared.query('SELECT count(*)::int FROM segcourse.submission'))[0].count;
    }
  });

  it('takes no result that another submission’s worker gave, or that is damaged', async () => {
    const shared = current();
    const run = randomUUID();
    const judge = await shared.judge(run);
    await shared.worker();
    await judge.grade(jobOf('ada'));
    await judge.grade(jobOf('bob'));
    await judge.close(false);
    await shared.query(
      'UPDATE segcourse.submission s SET result = (SELECT result FROM segcourse.submission WHERE id <> s.id)',
    );
    const again = await shared.judge(run);
    for (const student of ['ada', 'bob']) {
      await assert.rejects(again.grade(jobOf(student)), /^Error: the result of \S+ is damaged/);
    }
  });

  it('ends a worker with another secret, which takes no submission with it', async () => {
    const shared = current();
    const judge = await shared.judge(undefined, {
      address: readAddress(shared.url, { SEGCOURSE_QUEUE_SECRET: 'ours' }),
    });
    judge.grade(jobOf('ada')).catch(() => undefined);
    const { ended } = await shared.worker();
    await assert.rejects(
      ended,
      /^Error: the bundle of run .*; expected the secret that the run was begun with/,
    );
    assert.deepEqual(await shared.query('SELECT attempts, worker, reason FROM segcourse.submission'), [
      { attempts: 0, worker: null, reason: null },
    ]);
  });

  it('refuses tables of a later layout', async () => {
    const shared = current();
    await shared.queue();
    await shared.query('UPDATE segcourse.layout SET version = 99');
    await assert.rejects(shared.queue(), /^Error: got tables of layout 99 .* this grader's is 1/);
  });
});
