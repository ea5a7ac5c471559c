import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { withoutTypes } from '../../../grading/report/similarity/answer-files';
import { wrongJars } from '../../../grading/report/similarity/jplag';
import { similarityPage, unusualFrom } from '../../../grading/report/similarity/page';

/** So many pairs at so many percent. */
function counts(pairs: Record<number, number>): number[] {
  return Array.from({ length: 101 }, (_, percent) => pairs[percent] ?? 0);
}

describe('report: similarity', () => {
  it('tells what stands apart from what a class reaches', () => {
    assert.equal(unusualFrom(counts({ 10: 5, 12: 5, 90: 1 })), 0.5, 'half of an answer at least');
    const alike = unusualFrom(counts({ 60: 10, 65: 20, 70: 10, 88: 1 }));
    assert.ok(alike > 0.7 && alike < 0.9, `${alike}`);
    assert.equal(unusualFrom(counts({ 100: 3, 20: 1 })), 0.95, 'copies are told, however many there are');
    assert.equal(unusualFrom(counts({})), 0.5);
  });

  it('is a page with what is shared side by side, in which nothing of students acts', async () => {
    const place = (from: number, to: number) => ({ file: 'exercise-1.ts', from, to });
    const pair = (other: string, similarity: number) => ({
      students: ['ada', other] as [string, string],
      similarity,
      fragments: [
        {
          tokens: 40,
          places: [place(2, 3), place(1, 2)] as [ReturnType<typeof place>, ReturnType<typeof place>],
        },
      ],
    });
    const page = await similarityPage(
      'masks',
      { counts: counts({ 20: 2, 95: 1 }), pairs: [pair('bob', 0.95), pair('cy', 0.2)], unread: ['dee'] },
      {
        'ada/exercise-1.ts': 'not shared\n<script>1</script>\nlast',
        'bob/exercise-1.ts': 'let b;\nb++;\nown',
      },
    );
    assert.match(page, /<h2>ada and bob: 95 %<\/h2>/);
    assert.match(page, /<pre>&lt;script&gt;1&lt;\/script&gt;\nlast<\/pre>/);
    assert.match(page, /<pre>let b;\nb\+\+;<\/pre>/);
    assert.doesNotMatch(page, /ada and cy|not shared|<script|own<\/pre>/);
    assert.match(page, /Too short to be compared: dee/);
  });

  it('compares code without types, line for line, and nothing that a parser could choke on', async () => {
    const files = await withoutTypes({
      'ada/a.ts': 'const a = b as tf.Tensor[];\nclass C { protected make(): number { return 1; } }',
      'bob/a.ts': '['.repeat(1000),
      'cy/a.ts': 'x;'.repeat(2 ** 16),
    });
    assert.deepEqual(Object.keys(files), ['ada/a.ts']);
    const [first, second] = files['ada/a.ts'].split('\n');
    assert.match(first, /^const a = b +;$/);
    assert.match(second, /^class C { +make\(\) +{ return 1; } }$/);
  });

  it('takes no jar but those that are pinned', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'jars-'));
    try {
      for (const name of ['right.jar', 'other.jar', 'too-many.jar'])
        writeFileSync(path.join(folder, name), 'a');
      const a = 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb';
      const pinned = `${a}  right.jar\n${a.replace('c', 'd')}  other.jar\n${a}  missing.jar\n`;
      assert.deepEqual(wrongJars(folder, pinned).sort(), ['missing.jar', 'other.jar', 'too-many.jar']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
