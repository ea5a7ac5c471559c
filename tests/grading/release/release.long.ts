import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';
import type { Notebook } from '../../../grading/notebook';
import { release } from '../../../grading/release/release';
import { cacheFolder } from '../../../lib/io/cache-folder';
import { freePort } from '../../free-ports';
import { whenSaid } from '../../when-said';

const NAME = '8.3.3-unet';
/** What a machine downloads; addons and the rest are made anew. */
const DOWNLOADS = /^(npm|wheels|tensorflow-.*)$/;

interface Report {
  notExecuted: string[];
  errors: Record<string, string>;
  html: Record<string, string>;
}

describe('npm run release, and npm start on a clean machine', function () {
  this.timeout(1_800_000);
  let folder: string;
  let root: string;
  let zip: Buffer;
  let env: NodeJS.ProcessEnv;
  let server: ChildProcess | undefined;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'segcourse-class-'));
    const { file } = await release({ assignment: NAME, course: path.join(folder, 'first') });
    zip = readFileSync(file);
    root = path.join(folder, 'clean', 'segcourse');
    for (const [name, content] of Object.entries(unzipSync(zip))) {
      const target = path.join(folder, 'clean', name);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, content);
    }
    const cache = path.join(folder, 'cache');
    mkdirSync(cache);
    for (const name of readdirSync(cacheFolder()).filter((each) => DOWNLOADS.test(each))) {
      symlinkSync(path.join(cacheFolder(), name), path.join(cache, name));
    }
    const { SEGCOURSE_DATA: _, ...rest } = process.env;
    env = { ...rest, HOME: folder, SEGCOURSE_CACHE: cache, SEGCOURSE_DATA_MIRROR: folder };
  });
  after(async () => {
    if (server?.pid !== undefined && server.exitCode === null) {
      process.kill(-server.pid, 'SIGTERM');
      await once(server, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('makes the same bytes again, in another course folder', async () => {
    const out = path.join(folder, 'other.zip');
    await release({ assignment: NAME, course: path.join(folder, 'second'), out });
    assert.ok(readFileSync(out).equals(zip));
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith('.part')),
      [],
    );
  });

  it('sets up what was unzipped, puts the notebooks into course/ and opens them', async () => {
    const port = await freePort();
    server = spawn('npm', ['start', '--', '--no-browser', '--port', String(port)], {
      cwd: root,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const address = (await whenSaid(server, /The course is open at (\S+)/))[1];
    const response = await fetch(address.replace('/lab?', '/api/contents?'));
    const { content } = (await response.json()) as { content: { name: string }[] };
    assert.deepEqual(content.map(({ name }) => name).sort(), ['8.1-environment.ipynb', `${NAME}.ipynb`]);
  });

  const run = (name: string): Report => {
    const report = path.join(folder, `${name}.json`);
    const args = [
      path.join(__dirname, 'run_released.py'),
      path.join(root, 'course', `${name}.ipynb`),
      report,
    ];
    const { status, stderr } = spawnSync(path.join(root, '.venv/bin/python'), args, {
      env,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    return JSON.parse(readFileSync(report, 'utf8')) as Report;
  };

  it('runs the notebook without exercises to its end', () => {
    const { notExecuted, errors } = run('8.1-environment');
    assert.deepEqual([notExecuted, errors], [[], {}]);
  });

  it('runs the exercises’ notebook: only what builds on an unwritten answer fails, and the checks say so', () => {
    const { notExecuted, errors, html } = run(NAME);
    assert.deepEqual(notExecuted, []);
    assert.ok(Object.keys(errors).length > 0);
    for (const [cell, error] of Object.entries(errors)) assert.equal(error, 'not written yet', cell);
    const { cells } = JSON.parse(
      readFileSync(path.join(root, 'notebooks', `${NAME}.ipynb`), 'utf8'),
    ) as Notebook;
    const checks = cells.filter(({ metadata }) => metadata.nbgrader?.grade);
    assert.equal(checks.length, 3);
    for (const { id } of checks) assert.match(html[id!], /Exercise 8\.\d: 0 of \d+ visible points/);
  });
});
