import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { packageRoot } from '../../lib/io/package-root';
import { requireSystem } from '../system';
import { requireNbgrader } from './grade/course';

const ROOT = packageRoot();

describe('grading: the instructor’s guide, typed as it stands', function () {
  this.timeout(1_800_000);
  let folder: string;
  before(function () {
    requireSystem(this, 'bubblewrap');
    requireNbgrader(this);
    folder = mkdtempSync(path.join(tmpdir(), 'guide-test-'));
  });
  after(() => folder && rmSync(folder, { recursive: true }));

  it('leads from an empty folder to exported grades', () => {
    const home = path.join(folder, 'home');
    mkdirSync(path.join(home, 'Downloads'), { recursive: true });
    writeFileSync(path.join(home, 'Downloads/submissions.zip'), submissions());
    for (const command of commands()) {
      const options = { cwd: ROOT, env: { ...process.env, GUIDE_HOME: home }, encoding: 'utf8' } as const;
      execFileSync('bash', ['-euc', inFolder(command, folder)], {
        ...options,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    }
    const [header, ...rows] = readFileSync(path.join(folder, 'classroom/grades.csv'), 'utf8')
      .trim()
      .split('\n');
    const columns = header.split(',');
    const [student, score, max] = ['student_id', 'score', 'max_score'].map((name) => columns.indexOf(name));
    const grades = rows.map((row) => row.split(','));
    assert.deepEqual(grades.map((row) => row[student]).sort(), ['ada', 'bob']);
    for (const row of grades) assert.equal(Number(row[score]), row[student] === 'ada' ? Number(row[max]) : 0);
    const feedback = path.join(folder, 'classroom/feedback/bob/8.3.3-unet/8.3.3-unet.html');
    assert.match(readFileSync(feedback, 'utf8'), /not written yet/);
  });
});

/** What the guide has one type in its own part, but for opening JupyterLab. */
function commands(): string[] {
  const guide = readFileSync(path.join(ROOT, 'grading/README.md'), 'utf8');
  const part = guide.slice(guide.indexOf('## From an empty folder'), guide.indexOf('## Many submissions'));
  const blocks = [...part.matchAll(/```bash\n(.*?)```/gs)].map(([, block]) => block);
  assert.ok(blocks.length >= 6, `${blocks.length} blocks`);
  return blocks.filter((block) => !block.includes('npm start'));
}

/** The same with the course folder elsewhere, as the guide says it is named. */
function inFolder(block: string, folder: string): string {
  const course = path.join(folder, 'classroom');
  return block
    .replace(/^npm run (release|grade|report) -- ([^#\n]*).*$/gm, `npm run $1 -- $2 --course ${course}`)
    .replace(/^npm run nbgrader -- /gm, `npm run nbgrader -- --course ${course} `)
    .replace(/(^| )classroom\//gm, `$1${course}/`)
    .replace(/~/g, '"$GUIDE_HOME"');
}

/** What a learning platform hands out: the notebook solved, and as it was given. */
function submissions(): Uint8Array {
  const source = readFileSync(path.join(ROOT, 'notebooks/8.3.3-unet.ipynb'), 'utf8');
  const named = (student: string) => `8.3.3-unet_${student}_attempt_2026-01-30-15-00-00_8.3.3-unet.ipynb`;
  return zipSync({ [named('ada')]: strToU8(source), [named('bob')]: strToU8(stubs(source)) });
}

function stubs(source: string): string {
  const notebook = JSON.parse(source) as { cells: { source: string | string[] }[] };
  for (const cell of notebook.cells) {
    const text = [cell.source].flat().join('');
    cell.source = text.replace(
      /^( *)\/\/ ### BEGIN SOLUTION.*?### END SOLUTION$/gms,
      "$1throw new Error('not written yet');",
    );
  }
  return JSON.stringify(notebook);
}
