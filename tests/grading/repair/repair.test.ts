import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { normalise } from '../../../grading/repair/normalise';
import type { StrictNotebook, PlainObject } from '../../../grading/repair/notebook';
import { repairSubmission } from '../../../grading/repair/repair';
import { honestNotebook, masksNotebook } from '../assignment';
import { DAMAGES } from './damages';

describe('grading: damaged notebooks', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = path.join(mkdtempSync(path.join(tmpdir(), 'repair-test-')), 'ada');
    mkdirSync(folder);
  });
  afterEach(() => rmSync(path.dirname(folder), { recursive: true }));

  for (const [name, { submit, repairs = [], problem, ids, sources = {} }] of Object.entries(DAMAGES)) {
    it(name, async () => {
      submit(folder);
      const before = state(path.dirname(folder));
      const repaired = await repairSubmission(folder, 'masks', [], masksNotebook());
      assert.deepEqual(state(path.dirname(folder)), before, 'what was submitted has changed');
      assert.ok(repaired);
      if (problem) {
        assert.ok('problem' in repaired, JSON.stringify(repaired));
        assert.match(repaired.problem, problem);
        assert.doesNotMatch(repaired.problem, /\n/);
        return;
      }
      assert.ok('notebook' in repaired, JSON.stringify(repaired));
      assert.equal(repaired.repairs.length, repairs.length, repaired.repairs.join('\n'));
      for (const [index, line] of repaired.repairs.sort().entries()) {
        assert.ok(
          repairs.some((expected) => expected.test(line)),
          line,
        );
        assert.doesNotMatch(line, /\n/, `line ${index}`);
      }
      assertGraded(repaired.notebook, ids, sources);
    });
  }

  it('a notebook that was not submitted', async () => {
    const repaired = await repairSubmission(folder, 'masks', ['other'], masksNotebook());
    assert.equal(repaired, undefined);
  });

  it('nbformat 3 becomes what nbformat itself makes of it', async function () {
    const python = path.resolve(__dirname, '../../../.venv/bin/python');
    DAMAGES['nbformat 3'].submit(folder);
    const file = path.join(folder, 'masks.ipynb');
    const script = 'import nbformat, sys; print(nbformat.writes(nbformat.read(sys.argv[1], as_version=4)))';
    const theirs = JSON.parse(
      execFileSync(python, ['-W', 'ignore', '-c', script, file], { encoding: 'utf8' }),
    ) as StrictNotebook;
    const ours = normalise(JSON.parse(readFileSync(file, 'utf8')) as PlainObject, []);
    const seen = ({ cells }: StrictNotebook) =>
      cells.map(({ cell_type, source }) => [cell_type, [source].flat().join('')]);
    assert.deepEqual(seen(ours), seen(theirs));
  });
});

/** The repaired notebook is the honest one, but for the ids and sources that the table names. */
function assertGraded(
  notebook: StrictNotebook,
  ids: string[] | undefined,
  sources: Record<string, string>,
): void {
  const honest = honestNotebook();
  const known = new Map(honest.cells.map((cell) => [cell.id, cell]));
  assert.deepEqual(
    notebook.cells.map(({ id }) => id),
    ids ?? honest.cells.map(({ id }) => id),
  );
  assert.deepEqual(notebook.metadata, honest.metadata);
  for (const { id, source, metadata, cell_type, attachments: _, ...rest } of notebook.cells) {
    const expected = known.get(id);
    assert.equal(source, sources[id] ?? expected?.source, id);
    assert.deepEqual(metadata, expected?.metadata ?? {}, id);
    assert.equal(cell_type, expected?.cell_type ?? 'code', id);
    assert.deepEqual(rest, cell_type === 'code' ? { execution_count: null, outputs: [] } : {}, id);
  }
}

function state(folder: string): unknown[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const file = path.join(folder, name);
      const { mode, size, mtimeMs } = lstatSync(file);
      return [name, mode, size, mtimeMs, lstatSync(file).isSymbolicLink() && readlinkSync(file)];
    });
}
