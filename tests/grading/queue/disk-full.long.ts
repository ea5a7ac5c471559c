import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { until } from './class';
import { jobOf, withDatabase } from './in-process';

const NOBODY = 65534;

describe('queue: a full disk', function () {
  const current = withDatabase(this);
  let mounted: string | undefined;
  afterEach(() => {
    if (mounted) execFileSync('umount', ['--lazy', mounted]);
    mounted = undefined;
  });

  it('of the database is waited for, and nothing is lost', async function () {
    const shared = current();
    const disk = path.join(shared.postgres.folder, 'small');
    mkdirSync(disk);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk]).status !== 0) {
      console.log('      skipped: only the superuser can mount a small disk');
      this.skip();
    }
    mounted = disk;
    chownSync(disk, NOBODY, NOBODY);
    await shared.query(`CREATE TABLESPACE small LOCATION '${disk}'`);
    const name = new URL(shared.url).pathname.slice(1);
    await shared.postgres.query('postgres', `ALTER DATABASE ${name} SET TABLESPACE small`);
    const judge = await shared.judge();
    await shared.worker();
    await judge.grade(jobOf('ada'));
    await shared.query('CREATE TABLE filler (bytes bytea)');
    await shared.query('ALTER TABLE filler ALTER bytes SET STORAGE EXTERNAL');
    const fill = (bytes: number) =>
      shared.query(`INSERT INTO filler SELECT decode(repeat('ab', ${bytes}), 'hex')`);
    for (const bytes of [2 ** 18, 2 ** 12]) {
      for (let isFull = false; !isFull;) {
        await fill(bytes).catch((error: Error & { code?: string }) => {
          assert.equal(error.code, '53100', error.message);
          isFull = true;
        });
      }
    }
    const results = ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].map((student) =>
      judge.grade(jobOf(student)),
    );
    await until(() => shared.said.some((line) => /No space left/.test(line)), 'it is told');
    await shared.query('DROP TABLE filler');
    assert.equal((await Promise.all(results)).length, 9);
    assert.ok(shared.said.includes('The database is back.'));
  });
});
