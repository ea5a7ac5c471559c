import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { transform } from 'esbuild';
import { findAssignment, readNotebook, sourceFolder } from '../../../grading/assignments';
import { type Notebook, sourceOf } from '../../../grading/notebook';
import { releaseContents } from '../../../grading/release/contents';
import { type Files, json, notebookJson } from '../../../grading/release/files';
import { findLeaks, type Leak } from '../../../grading/release/leaks/find-leaks';
import { collectSecrets, type Secrets } from '../../../grading/release/leaks/secrets';
import { refuseLeaks } from '../../../grading/release/release';
import { studentNotebookMaker } from '../../../grading/release/student-notebook';
import { packageRoot } from '../../../lib/io/package-root';

const NAME = '8.3.3-unet';
/** As it stands in the notebook's solution of exercise 8.1. */
const SOLVED = 'this.layers = [...convolutions(options), ...upsampling(options)];';

describe('grading/release: nothing leaves that must stay', function () {
  this.timeout(120_000);
  let secrets: Secrets;
  let source: Notebook;
  let student: Notebook;
  let solution: string;

  before(async () => {
    secrets = await collectSecrets(packageRoot());
    source = readNotebook(sourceFolder(), NAME);
    student = (await studentNotebookMaker())(source);
    solution = sourceOf(source.cells.find(({ metadata }) => metadata.nbgrader?.grade_id === 'exercise-8-1')!);
    assert.ok(solution.includes(SOLVED));
  });

  const search = (files: Record<string, string | Buffer>, own: string[] = []): Promise<Leak[]> => {
    const entries = Object.entries(files).map(([name, content]) => [name, Buffer.from(content)] as const);
    return findLeaks(new Map(entries) as Files, secrets, new Set(own));
  };
  const minified = async (code: string): Promise<string> =>
    (await transform(code, { loader: 'ts', minify: true })).code;
  /** The student's notebook with one cell changed. */
  const changed = (change: (cell: Notebook['cells'][number]) => void): string => {
    const notebook = structuredClone(student);
    change(notebook.cells[2]);
    return notebookJson(notebook).toString();
  };
  const assertLeak = (leaks: Leak[], expected: Partial<Leak>): void => {
    assert.ok(leaks.length > 0, 'got no leak; expected one');
    for (const [key, value] of Object.entries(expected)) assert.equal(leaks[0][key as keyof Leak], value);
  };

  it('lets the student’s notebook pass, and finds every solution in the source', async () => {
    assert.deepEqual(await search({ 'notebooks/x.ipynb': notebookJson(student) }), []);
    const found = await search({ 'notebooks/x.ipynb': notebookJson(source) });
    const cells = new Set(found.map(({ from }) => from));
    for (const exercise of ['8-1', '8-2', '8-3']) {
      assert.ok(
        [...cells].some((from) => from.endsWith(`cell exercise-${exercise}`)),
        exercise,
      );
    }
  });

  it('lets all that this repository releases pass', async () => {
    const { notebooks } = findAssignment('chapter-8');
    const studentNotebook = await studentNotebookMaker();
    const released = notebooks.map(
      (name) => [name, studentNotebook(readNotebook(sourceFolder(), name))] as const,
    );
    await refuseLeaks(await releaseContents({ name: 'chapter-8', notebooks }, new Map(released)));
  });

  it('finds a hidden case in the library’s words, by its title or by its code', async () => {
    const place = 'grading/exercises/8-1-blocks.ts';
    const code = readFileSync(path.join(packageRoot(), place), 'utf8');
    const leaks = await search({ '.build/lib/check/8-1-blocks/visible.js': await minified(code) });
    assert.ok(leaks.some(({ form, from }) => form === 'text, as a program' && from === place));
    assert.ok(leaks.some(({ form, from }) => form === 'text' && from.startsWith(`${place}:`)));
  });

  it('says file and line', async () => {
    assertLeak(await search({ 'lib/a.mjs': `// a\n\n  ${SOLVED}\n` }), {
      file: 'lib/a.mjs',
      line: 3,
      form: 'text',
      from: `notebooks/${NAME}.ipynb, cell exercise-8-1`,
    });
    const text = changed((cell) => (cell.source = ['line one\n', `${SOLVED}\n`]));
    const line = text.split('\n').findIndex((each) => each.includes('...upsampling(options)')) + 1;
    assertLeak(await search({ 'notebooks/x.ipynb': text }), { line, file: 'notebooks/x.ipynb' });
  });

  it('finds a line whatever its spaces and quotation marks', async () => {
    const spread = SOLVED.replace('[', '[\n    ').replace(/, /g, ',\n    ');
    const leaks = await search({ 'README.md': spread });
    assert.ok(leaks.some(({ text }) => text.startsWith('this.layers=[...convolutions')));
  });

  it('finds a solution whose variables were renamed, minified or not', async () => {
    const paths = sourceOf(
      source.cells.find(({ metadata }) => metadata.nbgrader?.grade_id === 'exercise-8-2')!,
    );
    for (const code of [solution, paths]) {
      const renamed = code
        .replaceAll('layers', 'parts')
        .replaceAll('.parts', '.layers')
        .replaceAll('level', 'depth')
        .replaceAll('options', 'given')
        .replace(/\/\/.*$/gm, '');
      const leaks = await search({ '.build/lib/x.js': await minified(`export const n = 1; ${renamed}`) });
      assert.ok(leaks.some(({ form }) => form === 'text, as a program'));
      assertLeak(await search({ '.build/lib/x.js': (await transform(renamed, { loader: 'ts' })).code }), {});
    }
  });

  it('leaves the library its own answers, as programs and not as text', async () => {
    const code = await minified(solution.replace(/\/\/.*$/gm, '').replaceAll('options', 'o'));
    const leaks = await search({ '.build/lib/nn/blocks.js': code }, ['.build/lib/nn/blocks.js']);
    assert.ok(leaks.every(({ form }) => form === 'text'));
    assertLeak(await search({ '.build/lib/nn/blocks.js': SOLVED }, ['.build/lib/nn/blocks.js']), {
      form: 'text',
    });
  });

  const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');
  const HIDING: Record<string, (text: string) => Record<string, string | Buffer>> = {
    'a source map': (text) => ({
      'x.js.map': json({
        version: 3,
        sources: ['x.ts'],
        sourcesContent: [`// first\n${text}\n`],
        mappings: '',
      }),
    }),
    'an inline source map': (text) => ({
      'x.js': `f();\n//# sourceMappingURL=data:application/json;base64,${base64(JSON.stringify({ sourcesContent: [text] }))}`,
    }),
    'an output': (text) => ({
      'x.ipynb': changed(
        (cell) => (cell.outputs = [{ output_type: 'stream', name: 'stdout', text: [text] }]),
      ),
    }),
    'a base64 output': (text) => ({
      'x.ipynb': changed(
        (cell) =>
          (cell.outputs = [{ output_type: 'display_data', data: { 'image/png': `${base64(text)}\n` } }]),
      ),
    }),
    'an attachment': (text) => ({
      'x.ipynb': changed((cell) => (cell.attachments = { 'a.txt': { 'text/plain': base64(text) } })),
    }),
    'a data URI in Markdown': (text) => ({
      'README.md': `![x](data:text/plain;base64,${base64(text)})`,
    }),
    'gzip in base64 in base64': (text) => ({ 'x.json': json({ x: base64(base64(gzipSync(text))) }) }),
    'percent codes': (text) => ({ 'x.svg': `<a href="data:text/plain,${encodeURIComponent(text)}"/>` }),
    'a string of a script': (text) => ({ 'x.js': `const s = ${JSON.stringify(text)};` }),
    'escapes of a string': (text) => ({
      'x.js': `f("${[...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}")`,
    }),
  };
  for (const [what, hide] of Object.entries(HIDING)) {
    it(`finds a solution, and a hidden case, in ${what}`, async () => {
      const [hidden] = [...secrets.texts].find(([, from]) => from.startsWith('grading/exercises/'))!;
      for (const text of [`// so it goes\n${SOLVED}\n`, `padding before ${hidden} and after`]) {
        assert.ok((await search(hide(text))).length > 0, text);
      }
    });
  }

  it('finds what the grader says and declares', async () => {
    assert.ok((await search({ 'x.d.ts': 'export declare const hiddenCases: unknown;' })).length > 0);
    const [name, from] = [...secrets.names].find(([, place]) => place.startsWith('grading/exercises/'))!;
    assertLeak(await search({ 'x.js': `exports.a=${name}(1)` }), { text: name, from });
  });

  it('finds a solution of a notebook that is not in the release', async () => {
    const loop = readNotebook(sourceFolder(), '8.3.4-training-unet-on-isbi-2012').cells.find(
      ({ metadata }) => metadata.nbgrader?.grade_id === 'exercise-8-4',
    )!;
    assert.ok((await search({ 'README.md': sourceOf(loop) })).length > 0);
    assertLeak(await search({ 'x.js': await minified(sourceOf(loop)) }), {});
  });

  it('refuses the release with each place', () =>
    assert.rejects(refuseLeaks(new Map([['a/b.md', Buffer.from(`x\n${SOLVED}`)]])), {
      name: 'Error',
      message: /places of what must not leave.*\n {2}a\/b\.md:2 \(text\): .*this\.layers=/s,
    }));
});
