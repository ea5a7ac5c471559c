import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../lib/io/package-root';
import { headingProblems, silentOutputs, silentPictures } from './accessibility';
import { markdownCells, notebooks } from './sources';

const PAGES = [
  'README.md',
  'grading/README.md',
  'grading/release/student-readme.md',
  'tests/bench/README.md',
];

describe('what everybody can read', () => {
  it('knows headings out of order', () => {
    assert.deepEqual(headingProblems('# A\n\n## B\n\n### C\n\n## D\n\n```\n# no heading\n```'), []);
    assert.deepEqual(headingProblems('## A\n\n#### B\n\n# C'), [
      'begins with level 2',
      '"B" of level 4 follows level 2',
      '"C" is a second heading of level 1',
    ]);
  });

  it('knows pictures that say nothing', () => {
    assert.deepEqual(silentPictures('![a cell](a.png) <img src="b.png" alt="b">'), []);
    assert.equal(silentPictures('![](a.png) <img src="b.png"> <img src="c.png" alt="">').length, 3);
    const html = (text: string) => [{ data: { 'text/html': text } }];
    assert.deepEqual(silentOutputs(html('<svg role="img" aria-label="a box"></svg>')), []);
    assert.deepEqual(silentOutputs(html('<svg role="img"><title>a box</title></svg>')), []);
    assert.equal(silentOutputs(html('<svg viewBox="0 0 1 1"></svg>')).length, 1);
    assert.equal(silentOutputs(html('<svg role="img"><title> </title></svg>')).length, 1);
    assert.deepEqual(silentOutputs([{ data: { 'image/png': 'iVBOR' } }]), ['image/png']);
  });

  for (const name of PAGES) {
    it(name, () => {
      const text = readFileSync(path.join(packageRoot(), name), 'utf8');
      assert.deepEqual([...headingProblems(text), ...silentPictures(text)], []);
    });
  }

  for (const { name, cells } of notebooks()) {
    it(name, () => {
      const text = markdownCells(cells)
        .map((cell) => cell.text)
        .join('\n\n');
      assert.deepEqual([...headingProblems(text), ...silentPictures(text)], []);
    });
  }
});
