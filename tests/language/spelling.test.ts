import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../lib/io/package-root';
import { markdownCells, notebooks } from '../notebooks/sources';

const ROOT = packageRoot();
const CSPELL = path.join(ROOT, 'node_modules', 'cspell', 'bin.mjs');
const SETTINGS = path.join(__dirname, 'cspell.json');
const PAGES = [
  'README.md',
  'grading/README.md',
  'grading/release/student-readme.md',
  'tests/bench/README.md',
];

describe('spelling', function () {
  this.timeout(120_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'segcourse-spelling-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** What cspell complains of, a line each: file, line and word. */
  function unknownWords(texts: Record<string, string>): string[] {
    const files = Object.entries(texts).map(([name, text]) => {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
      return name;
    });
    const args = ['lint', '--config', SETTINGS, '--no-progress', '--no-summary', '--no-color', ...files];
    const { status, stdout, stderr } = spawnSync(process.execPath, [CSPELL, ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.ok(status === 0 || stdout.includes('Unknown word'), stderr);
    return stdout.trim().split('\n').filter(Boolean);
  }

  it('finds a slip', () => {
    const unknown = unknownWords({ 'slip.md': '# Segmentation\n\nThe netwrok labels `evry` pixel.\n' });
    assert.equal(unknown.length, 1);
    assert.match(unknown[0], /slip\.md:3:5 - Unknown word \(netwrok\)/);
  });

  it('is right in every text of notebooks and pages (tests/language/words.txt holds the names and terms)', () => {
    const cells = notebooks().flatMap(({ name, cells }) =>
      markdownCells(cells).map(({ id, text }) => [`${name}/${id}.md`, withoutReferences(text)]),
    );
    const pages = PAGES.map((name) => [name, readFileSync(path.join(ROOT, name), 'utf8')]);
    assert.deepEqual(unknownWords(Object.fromEntries([...cells, ...pages])), []);
  });
});

/** Lists of references are names. */
const withoutReferences = (text: string): string => text.replace(/^## References$[\s\S]*/m, '');
