import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { isGraded, notebookNames, readNotebook, sourceFolder } from '../../../grading/assignments';
import { type Notebook, sourceOf } from '../../../grading/notebook';
import { releaseContents } from '../../../grading/release/contents';
import { type Files, notebookJson } from '../../../grading/release/files';
import { studentNotebookMaker } from '../../../grading/release/student-notebook';
import { zipFiles } from '../../../grading/release/zip';
import { packageRoot } from '../../../lib/io/package-root';

const ROOT = packageRoot();
const NAME = '8.3.3-unet';
const ASSIGNMENT = { name: NAME, notebooks: [NAME] };
/** The assignment's, and all in which nothing is to be handed in. */
const RECEIVED = notebookNames(sourceFolder())
  .filter((name) => name === NAME || !isGraded(readNotebook(sourceFolder(), name)))
  .map((name) => `${name}.ipynb`);

describe('grading/release: what a class receives', function () {
  this.timeout(120_000);
  let folder: string;
  let released: Map<string, Notebook>;
  let files: Files;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'segcourse-contents-'));
    const studentNotebook = await studentNotebookMaker();
    released = new Map([[NAME, studentNotebook(readNotebook(sourceFolder(), NAME))]]);
    files = await releaseContents(ASSIGNMENT, released);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const text = (name: string): string => files.get(name)!.toString();
  const unpack = (contents: Files, to: string): void => {
    for (const [name, content] of contents) {
      mkdirSync(path.dirname(path.join(to, name)), { recursive: true });
      writeFileSync(path.join(to, name), content);
    }
  };

  it('is set-up, the compiled library, what set-up compiles, notebooks and what describes them', () => {
    assert.ok(RECEIVED.includes('8.3.5-unet-variants.ipynb') && !RECEIVED.includes('8.5-losses.ipynb'));
    const tops = [...new Set([...files.keys()].map((name) => name.split('/').slice(0, 2).join('/')))].sort();
    assert.deepEqual(tops, [
      '.build/lib',
      '.npmrc',
      'LICENSE',
      'README.md',
      'data/listings',
      'data/manifest.json',
      'lib/cli',
      'lib/runtime',
      'lib/setup',
      ...RECEIVED.map((name) => `notebooks/${name}`),
      'package-lock.json',
      'package.json',
      'release.json',
    ]);
    for (const name of files.keys()) {
      assert.doesNotMatch(name, /\.map$|(?<!\.d)\.ts$|(^|\/)(tests|grading)\//, name);
      assert.doesNotMatch(text(name), /^\/\/# sourceMappingURL=/m, name);
    }
    assert.ok(files.has('.build/lib/index.js') && files.has('.build/lib/index.d.ts'));
    assert.ok(files.has('lib/runtime/native/process.c') && files.has('.build/lib/datasets/worker-main.js'));
  });

  it('lists the library’s files with their sizes', () => {
    const { assignment, library } = JSON.parse(text('release.json')) as {
      assignment: string;
      library: Record<string, number>;
    };
    assert.equal(assignment, NAME);
    const compiled = [...files].filter(([name]) => name.startsWith('.build/'));
    assert.deepEqual(library, Object.fromEntries(compiled.map(([name, content]) => [name, content.length])));
  });

  it('asks for the packages that students need, and its lockfile agrees', function () {
    const description = JSON.parse(text('package.json')) as Record<string, Record<string, string>>;
    assert.deepEqual(Object.keys(description.scripts), ['start', 'setup']);
    assert.ok(!('devDependencies' in description));
    for (const needed of ['node-api-headers', '@types/node', 'tslab']) {
      assert.ok(needed in description.dependencies, needed);
    }
    const { packages } = JSON.parse(text('package-lock.json')) as { packages: Record<string, object> };
    assert.ok(!('node_modules/mocha' in packages) && !('node_modules/typescript' in packages));
    const place = path.join(folder, 'install');
    mkdirSync(place);
    for (const name of ['package.json', 'package-lock.json', '.npmrc'])
      writeFileSync(path.join(place, name), text(name));
    const args = ['ci', '--dry-run', '--offline', '--ignore-scripts'];
    const { status, stderr, error } = spawnSync('npm', args, { cwd: place, encoding: 'utf8' });
    if (error) this.skip();
    assert.equal(status, 0, stderr);
  });

  it('names the two commands first, and what to hand in', () => {
    const readme = text('README.md');
    assert.match(readme, /^# .*8\.3\.3-unet\n\n```bash\nnpm start .*\nnpm run setup -- --check/);
    assert.match(readme, /Hand in\*\* `8\.3\.3-unet\.ipynb` from/);
    assert.doesNotMatch(readme, /[{}]|undefined/);
  });

  it('is the same to the byte from another folder, at another time', async () => {
    const other = path.join(folder, 'other folder');
    for (const name of [
      '.build/lib',
      'lib',
      'notebooks',
      'data/listings',
      'data/manifest.json',
      'LICENSE',
      '.npmrc',
      'package.json',
      'package-lock.json',
      'grading/release/student-readme.md',
    ]) {
      cpSync(path.join(ROOT, name), path.join(other, name), { recursive: true });
    }
    utimesSync(path.join(other, 'LICENSE'), 1, 1);
    const again = zipFiles(await releaseContents(ASSIGNMENT, released, other), 'segcourse');
    assert.ok(Buffer.from(zipFiles(files, 'segcourse')).equals(Buffer.from(again)));
  });

  it('has a library that works as it is: names in errors, workers, declarations', () => {
    const copy = path.join(folder, 'copy');
    unpack(files, copy);
    const script = `
      const { DataError, UNet, tf } = require('./.build/lib/index.js');
      const say = (action) => { try { action(); } catch (error) { return error.constructor.name + ': ' + error.message; } };
      console.log(JSON.stringify([DataError.name, UNet.name, say(() => new UNet({ inputChannels: -1 }))]));`;
    const run = (from: string): string => {
      // The packages are those of this repository.
      const env = { ...process.env, NODE_PATH: path.join(ROOT, 'node_modules'), SEGCOURSE_DEVICE: 'js' };
      const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
        cwd: from,
        env,
        encoding: 'utf8',
      });
      assert.notEqual(stdout, '', stderr);
      return stdout.trim().split('\n').at(-1)!;
    };
    assert.equal(run(copy), run(ROOT));
  });

  it('keeps a student’s work when a newer one is unzipped over it', async () => {
    const copy = path.join(folder, 'student');
    const module = pathToFileURL(path.join(ROOT, 'lib/setup/course-folder.mjs')).href;
    const { updateCourseFolder } = (await import(module)) as {
      updateCourseFolder(source: string, folder: string): Promise<Record<'added' | 'updated', string[]>>;
    };
    const start = (): Promise<Record<'added' | 'updated', string[]>> =>
      updateCourseFolder(path.join(copy, 'notebooks'), path.join(copy, 'course'));
    unpack(files, copy);
    assert.deepEqual((await start()).added, RECEIVED);

    const file = path.join(copy, 'course', `${NAME}.ipynb`);
    const mine = JSON.parse(readFileSync(file, 'utf8')) as Notebook;
    const answer = mine.cells.find(({ metadata }) => metadata.nbgrader?.grade_id === 'exercise-8-1')!;
    answer.source = 'class InputBlock { /* mine */ }';
    mine.cells.splice(3, 0, { id: 'own', cell_type: 'markdown', source: 'my notes', metadata: {} });
    writeFileSync(file, JSON.stringify(mine));

    const newer = structuredClone(released.get(NAME)!);
    newer.cells[0].source = '# A better title';
    const task = newer.cells.find(({ metadata }) => metadata.nbgrader?.grade_id === 'exercise-8-1')!;
    task.source = '// a better stub';
    newer.cells.splice(1, 0, { id: 'new', cell_type: 'markdown', source: 'news', metadata: {} });
    unpack(new Map([...files, [`notebooks/${NAME}.ipynb`, notebookJson(newer)]]), copy);
    assert.deepEqual((await start()).updated, [`${NAME}.ipynb`]);

    const { cells } = JSON.parse(readFileSync(file, 'utf8')) as Notebook;
    const sources = cells.map(sourceOf);
    assert.deepEqual(sources.slice(0, 2), ['# A better title', 'news']);
    assert.ok(sources.includes('my notes') && sources.includes('class InputBlock { /* mine */ }'));
    assert.ok(!sources.includes('// a better stub'));
    const date = new Date().toISOString().slice(0, 10);
    assert.ok(existsSync(file.replace('.ipynb', `.before-update-${date}.ipynb`)));
  });
});
