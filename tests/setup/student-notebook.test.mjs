import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { before, describe, it } from 'mocha';
import { sourceOf } from '../../lib/setup/course.mjs';
import { studentNotebook } from '../../lib/setup/student-notebook.mjs';
import { withFolder } from './folder.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PYTHON = path.join(ROOT, '.venv/bin/python');
const kernelspec = { name: 'segcourse', display_name: 'TypeScript (segcourse)', language: 'typescript' };

const cell = (type, id, source, nbgrader, metadata = {}) => ({
  id,
  cell_type: type,
  metadata: nbgrader ? { ...metadata, nbgrader: { schema_version: 3, task: false, ...nbgrader } } : metadata,
  source,
  ...(type === 'code' ? { outputs: [], execution_count: null } : {}),
});
const notebook = (...cells) => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec, celltoolbar: 'Create Assignment' },
  cells,
});
const SOLUTION = { grade_id: 's', solution: true, grade: false, locked: false };
const TEST = { grade_id: 't', solution: false, grade: true, locked: true, points: 2 };
const output = { output_type: 'stream', name: 'stdout', text: 'x' };

/** One of each kind of cell that nbgrader knows. */
const EVERY_KIND = notebook(
  cell('markdown', 'title', '# Title'),
  {
    ...cell('code', 'plain', 'let n = 1;', undefined, { collapsed: true, scrolled: true, tags: ['long'] }),
    outputs: [output],
    execution_count: 7,
  },
  cell('code', 'region', 'a();\n\t// ### BEGIN SOLUTION\n\tb();\n// ### END SOLUTION\nc();', SOLUTION),
  cell(
    'code',
    'two',
    '// ### BEGIN SOLUTION\nb\n// ### END SOLUTION\n\n  // ### BEGIN SOLUTION\n// ### END SOLUTION',
    {
      ...SOLUTION,
      grade_id: 'two',
    },
  ),
  cell('code', 'whole', 'whole();\ncell(); // BEGIN SOLUTION is no delimiter', {
    ...SOLUTION,
    grade_id: 'whole',
  }),
  cell(
    'code',
    'test',
    "await check('1', { ä });\n// ### BEGIN HIDDEN TESTS\nx\n// ### END HIDDEN TESTS",
    TEST,
  ),
  cell('code', 'half', 'await half();', { ...TEST, grade_id: 'half', points: 2.5 }),
  cell('code', 'answer', 'both();', { ...SOLUTION, grade_id: 'both', grade: true, points: 0 }),
  cell('markdown', 'words', 'the answer', { ...SOLUTION, grade_id: 'words', grade: true, points: 3 }),
  cell('markdown', 'part', 'Because\n### BEGIN SOLUTION\nof this\n### END SOLUTION', {
    ...SOLUTION,
    grade_id: 'part',
    grade: true,
    points: 1,
  }),
  cell('markdown', 'task', 'Draw.\nBEGIN MARK SCHEME\n2 points\nEND MARK SCHEME', {
    grade_id: 'task',
    solution: false,
    grade: false,
    locked: false,
    task: true,
    points: 4,
  }),
  cell('markdown', 'locked', 'read only', {
    grade_id: 'locked',
    solution: false,
    grade: false,
    locked: true,
  }),
  cell('raw', 'raw', 'raw'),
);

/** With each cell's source as one string; the order of keys does not matter. */
const plain = ({ cells, ...rest }) => ({ ...rest, cells: cells.map((c) => ({ ...c, source: sourceOf(c) })) });

describe('the student’s version of a notebook', function () {
  this.timeout(120_000);
  const sources = {
    'every-kind': EVERY_KIND,
    ...Object.fromEntries(
      fs
        .readdirSync(path.join(ROOT, 'notebooks'))
        .filter((name) => name.endsWith('.ipynb'))
        .map((name) => [
          name.replace('.ipynb', ''),
          JSON.parse(fs.readFileSync(path.join(ROOT, 'notebooks', name), 'utf8')),
        ]),
    ),
  };
  const released = {};

  before(function () {
    if (!fs.existsSync(PYTHON)) {
      console.log('      skipped: there is no .venv; npm run setup makes it');
      this.skip();
    }
    return withFolder(async (folder) => {
      const file = (part, name) => path.join(folder, part, 'all', `${name}.ipynb`);
      fs.mkdirSync(path.dirname(file('source', '')), { recursive: true });
      for (const [name, source] of Object.entries(sources)) {
        fs.writeFileSync(file('source', name), JSON.stringify(source));
      }
      fs.writeFileSync(
        path.join(folder, 'nbgrader_config.py'),
        `load_subconfig("nbgrader_config.py", path=${JSON.stringify(path.join(ROOT, 'grading'))})\n`,
      );
      // nbgrader calls alembic by its name.
      const PATH = [path.dirname(PYTHON), process.env.PATH].join(path.delimiter);
      const { status, stderr } = spawnSync(PYTHON, ['-m', 'nbgrader', 'generate_assignment', 'all'], {
        cwd: folder,
        env: { ...process.env, PATH },
        encoding: 'utf8',
      });
      assert.equal(status, 0, stderr);
      for (const name of Object.keys(sources)) {
        released[name] = JSON.parse(fs.readFileSync(file('release', name), 'utf8'));
      }
    });
  });

  for (const [name, source] of Object.entries(sources)) {
    it(`is nbgrader’s: ${name}`, () => {
      const original = JSON.stringify(source);
      assert.deepEqual(plain(studentNotebook(source)), plain(released[name]));
      assert.equal(JSON.stringify(source), original);
    });
  }

  const region = (source, nbgrader) => notebook(cell('code', 'c', source, nbgrader));
  const REFUSED = {
    'a region without an end': [
      region('// ### BEGIN SOLUTION\nx', SOLUTION),
      /cell s: got .* alone; expected .*END/,
    ],
    'a region in a region': [
      region('### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION', SOLUTION),
      /inside such a region/,
    ],
    'a solution in another cell': [
      region('### BEGIN SOLUTION\n### END SOLUTION'),
      /cell c: got a solution region/,
    ],
    'hidden tests in another cell': [
      region('### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS'),
      /expected it in a grade cell/,
    ],
    'a grade_id twice': [
      notebook(cell('code', 'a', '', SOLUTION), cell('code', 'b', '', SOLUTION)),
      /second time/,
    ],
    'no grade_id': [region('', { ...SOLUTION, grade_id: '' }), /got grade_id ""/],
    'no points': [region('', { ...TEST, points: undefined }), /got points undefined/],
    'an old version': [region('', { ...SOLUTION, schema_version: 2 }), /version 2; expected 3/],
  };
  for (const [what, [source, message]] of Object.entries(REFUSED)) {
    it(`refuses ${what}`, () => assert.throws(() => studentNotebook(source), message));
  }
});
