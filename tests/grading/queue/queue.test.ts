import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { take } from '../../../grading/queue/claims';
import { Watch } from '../../../grading/queue/presence';
import { readStatus } from '../../../grading/queue/status';
import { DICE_ANSWER, honestNotebook, masksNotebook } from '../assignment';
import { fakeJudge } from '../grade/fake-judge';
import { until } from './class';
import { jobOf, telling, withDatabase } from './in-process';

const points = ({ exercises }: { exercises: { points: number }[] }): number[] =>
  exercises.map((each) => each.points);
const poison = () => masksNotebook({ dice: `${DICE_ANSWER} // BREAK` });

describe('queue: a judge whose workers are elsewhere', function () {
  const current = withDatabase(this);

  it('gives what the machine itself gives, and forgets it in the end', async () => {
    const shared = current();
    const judge = await shared.judge();
    await shared.worker();
    const local = await fakeJudge()({ ...RUN, sources: [jobOf('').source] });
    for (const notebook of [honestNotebook(), masksNotebook(), masksNotebook({ dice: '// HALF 1' })]) {
      const job = jobOf('ada', notebook);
      assert.deepEqual(await judge.grade(job), JSON.parse(JSON.stringify(await local.grade(job))));
    }
    await judge.close(true);
    for (const table of ['segcourse.run', 'segcourse.submission', 'pgboss.job']) {
      assert.deepEqual(await shared.query(`SELECT count(*)::int FROM ${table}`), [{ count: 0 }], table);
    }
  });

  it('shows nothing of answers, names and cases to who reads the database', async () => {
    const shared = current();
    const judge = await shared.judge();
    await shared.worker();
    await judge.grade(jobOf('ada-lovelace'));
    const tables = await shared.query(
      `SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname IN ('segcourse', 'pgboss')`,
    );
    let dump = '';
    for (const { name } of tables) {
      for (const row of await shared.query(`SELECT t::text AS row FROM ${String(name)} t`))
        dump += `${String(row.row)}\n`;
    }
    assert.match(dump, /\\x[0-9a-f]{400}/, 'there is something sealed');
    for (const secret of ['ada-lovelace', 'overlap', 'SOLUTION', 'check-1']) {
      assert.ok(!dump.includes(secret), secret);
      assert.ok(!dump.includes(Buffer.from(secret).toString('hex')), `${secret} in hexadecimal`);
    }
  });

  it('takes the higher priority first, then the older', async () => {
    const shared = current();
    const order: string[] = [];
    const [low, high] = [await shared.judge(), await shared.judge(randomUUID(), { priority: 5 })];
    const done = [low.grade(jobOf('first')), low.grade(jobOf('second'))];
    await until(async () => (await sent()) === 2, 'both are sent');
    done.push(high.grade(jobOf('urgent')));
    await until(async () => (await sent()) === 3, 'the urgent one is sent');
    await shared.worker({ jobs: 1, openJudge: telling((student) => order.push(student)) });
    await Promise.all(done);
    assert.equal(order[0], 'urgent');
    assert.equal(order.length, 3);
    async function sent(): Promise<unknown> {
      return (await shared.query('SELECT count(*)::int FROM segcourse.submission'))[0].count;
    }
  });

  it('finds what it sent before it was killed, and its result', async () => {
    const shared = current();
    const run = randomUUID();
    const judged: string[] = [];
    const worker = { openJudge: telling((student) => judged.push(student)) };
    const first = await shared.judge(run);
    await shared.worker(worker);
    const result = await first.grade(jobOf('ada'));
    await first.close(false);
    const again = await shared.judge(run);
    assert.deepEqual(await again.grade(jobOf('ada')), result);
    await again.grade(jobOf('ada', masksNotebook()));
    assert.deepEqual(judged, ['ada', 'ada'], 'once for each notebook');
  });

  it('sets aside what no worker can judge, with the reason, and goes on', async () => {
    const shared = current();
    const judge = await shared.judge();
    await shared.worker();
    const broken = assert.rejects(judge.grade(jobOf('dot', poison())), {
      message: 'set aside after 3 tries: the box could not be opened',
    });
    assert.deepEqual(points(await judge.grade(jobOf('ada'))), [4, 2]);
    await broken;
  });

  it('gives what a dead worker had to another, and counts the first result alone', async () => {
    const shared = current();
    const judge = await shared.judge();
    const queue = await shared.queue();
    const result = judge.grade(jobOf('ada'));
    const dead = randomUUID();
    await shared.query(
      `INSERT INTO segcourse.worker (id, name, version, slots, state) VALUES ($1, 'dead-1', '1', 1, 'working')`,
      [dead],
    );
    await until(async () => (await take(queue, dead, [])) !== undefined, 'a worker has it');
    await shared.worker();
    assert.deepEqual(points(await result), [4, 2]);
    const { workers } = await readStatus(queue);
    assert.ok(workers.every(({ name }) => name !== 'dead-1'));
    assert.ok(shared.said.includes('Worker dead-1 ended without a word.'));
  });

  it('takes a worker for dead by its own count of looks, not before', async () => {
    const shared = current();
    const queue = await shared.queue();
    const insert = (id: string, name: string) =>
      shared.query(
        `INSERT INTO segcourse.worker (id, name, version, slots, state, seen) VALUES ($1, $2, '1', 1, 'working', $3)`,
        [id, name, '2001-01-01'],
      );
    const living = randomUUID();
    await insert(randomUUID(), 'still');
    await insert(living, 'living');
    const watch = new Watch(queue, 3);
    const found: string[][] = [];
    for (let look = 0; look < 4; look++) {
      found.push(await watch.look());
      await shared.query('UPDATE segcourse.worker SET beat = beat + 1 WHERE id = $1', [living]);
    }
    assert.deepEqual(found, [[], [], [], ['still']]);
  });

  it('takes again what a broken connection hid from the worker', async () => {
    const shared = current();
    const judge = await shared.judge();
    judge.grade(jobOf('ada')).catch(() => undefined);
    const queue = await shared.queue();
    const worker = randomUUID();
    let first: string | undefined;
    await until(async () => (first = (await take(queue, worker, []))?.id) !== undefined, 'it is taken');
    assert.equal((await take(queue, worker, []))?.id, first);
    assert.equal(await take(queue, worker, [first!]), undefined);
  });

  it('lets a worker end what it has begun, or give it back, which is no try', async () => {
    const shared = current();
    const judge = await shared.judge();
    let begun = 0;
    let letGo = (): void => undefined;
    let gate = new Promise<void>((resolve) => (letGo = resolve));
    const draining = await shared.worker({ openJudge: telling(() => void begun++, gate) });
    const results = ['a', 'b', 'c'].map((student) => judge.grade(jobOf(student)));
    await until(() => begun === 2, 'two are begun');
    draining.worker.drain();
    letGo();
    await draining.ended;
    assert.equal(draining.worker.judged, 2);
    gate = new Promise<void>((resolve) => (letGo = resolve));
    const leaving = await shared.worker({ openJudge: telling(() => void begun++, gate) });
    await until(() => begun === 3, 'the third is begun');
    await leaving.worker.leave();
    assert.deepEqual(
      await shared.query('SELECT attempts, worker FROM segcourse.submission WHERE result IS NULL'),
      [{ attempts: 0, worker: null }],
    );
    letGo();
    await leaving.ended;
    await shared.worker();
    for (const result of await Promise.all(results)) assert.deepEqual(points(result), [4, 2]);
  });

  it('ends a worker whose machine fails at everything', async () => {
    const shared = current();
    const judge = await shared.judge();
    const results = ['a', 'b', 'c'].map((student) => judge.grade(jobOf(student)));
    for (const result of results) result.catch(() => undefined);
    await until(async () => (await sent()) === 3, 'all are sent');
    const broken = await shared.worker({ openJudge: failing('ENOSPC: no space left on device') });
    await assert.rejects(broken.ended, /^Error: 3 submissions in a row .* the last since: ENOSPC/);
    await shared.worker();
    for (const result of await Promise.all(results)) assert.deepEqual(points(result), [4, 2]);
    async function sent(): Promise<unknown> {
      return (await shared.query('SELECT count(*)::int FROM segcourse.submission'))[0].count;
    }
  });

  it('refuses a worker of another version, and names both', async () => {
    const shared = current();
    await shared.judge(randomUUID(), { version: 'coordinators' });
    const { ended } = await shared.worker({ version: 'another' });
    await assert.rejects(ended, /this worker is of version another, .* for version coordinators; expected/);
    await until(() => shared.said.some((line) => line.includes('gets no submission')), 'it is told');
    assert.match(shared.said.join('\n'), /is of version another; this grader is coordinators: it gets no/);
  });

  it('shows how it does', async () => {
    const shared = current();
    const judge = await shared.judge();
    const { worker } = await shared.worker({ jobs: 1 });
    const aside = assert.rejects(judge.grade(jobOf('dot', poison())));
    for (const student of ['a', 'b', 'c']) await judge.grade(jobOf(student));
    await aside;
    await until(async () => (await readStatus(await shared.queue())).workers[0].judged === 3, 'it is told');
    const status = await readStatus(await shared.queue());
    const { assignment, total, sent, waiting, working, judged, p50, perMinute } = status.runs[0];
    assert.deepEqual([assignment, total, sent, waiting, working, judged], ['masks', 4, 4, 0, 0, 3]);
    assert.ok(p50! >= 0 && perMinute > 0);
    const reason = 'set aside after 3 tries: the box could not be opened';
    assert.deepEqual(status.aside, [{ assignment: 'masks', student: 'dot', notebook: 'masks', reason }]);
    assert.deepEqual(
      status.workers.map((each) => [each.name, each.version, each.state]),
      [[worker.name, '1', 'working']],
    );
  });
});

const RUN = { id: '', seed: 7, assignment: 'masks', jobs: 1, submissions: 1 };

function failing(message: string) {
  return async () => ({
    grade: () => Promise.reject(new Error(message)),
    close: async () => undefined,
  });
}
