import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nnUNetSplits, splitsOf } from '../../lib/workflow/splits';
import { golden } from '../golden';

const named = (count: number) =>
  Array.from({ length: count }, (_, number) => `case_${String(number).padStart(3, '0')}`);

describe('workflow/splits', () => {
  const { 'held out': heldOut } = golden<{ 'held out': Record<string, string[][]> }>('nnunet-splits');

  for (const [count, folds] of Object.entries(heldOut)) {
    it(`are nnU-Net's for ${count} cases, in whichever order they come`, () => {
      const ids = named(Number(count));
      const splits = nnUNetSplits([...ids].reverse());
      assert.deepEqual(
        splits.map(({ val }) => val),
        folds,
      );
      for (const { train, val } of splits) assert.deepEqual([...train, ...val].sort(), ids);
    });
  }

  it('are fewer for fewer cases than five, and none for one', () => {
    const splits = nnUNetSplits(named(3));
    assert.deepEqual(
      splits
        .map(({ val }) => val)
        .flat()
        .sort(),
      named(3),
    );
    assert.deepEqual(nnUNetSplits(named(1)), []);
  });

  describe('of a file', () => {
    let folder: string;
    before(() => (folder = mkdtempSync(join(tmpdir(), 'segcourse-splits-'))));
    after(() => rmSync(folder, { recursive: true }));
    const read = (content: unknown) => {
      const file = join(folder, 'splits_final.json');
      writeFileSync(file, JSON.stringify(content));
      return splitsOf(file, named(4));
    };

    it('are read as they are', async () => {
      const folds = [{ train: ['case_000', 'case_001'], val: ['case_003'] }];
      assert.deepEqual(await read(folds), folds);
    });

    const wrong: [string, unknown, RegExp][] = [
      ['no list', { train: [] }, /got object; expected a list of folds/],
      ['no folds', [], /expected a list of folds/],
      ['no val', [{ train: ['case_000'] }], /got fold 0: .*expected a list of folds/],
      [
        'strange cases',
        [{ train: ['case_000'], val: ['other'] }],
        /got fold 0: the case other; expected cases of/,
      ],
      [
        'leaks',
        [{ train: ['case_000', 'case_001'], val: ['case_001'] }],
        /fold 0: case_001 in train and val/,
      ],
    ];
    for (const [what, content, message] of wrong) {
      it(`are refused with ${what}`, async () => {
        await assert.rejects(read(content), message);
      });
    }

    it('that is not there are refused', async () => {
      await assert.rejects(splitsOf(join(folder, 'none.json'), named(4)), /none\.json: got no such file/);
    });
  });
});
