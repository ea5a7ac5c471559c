import assert from 'node:assert/strict';
import { dataProgress } from '../../lib/display/data-progress';

describe('display/data-progress', () => {
  it('shows a bar for the download, in megabytes and files, and one for reading', () => {
    const lines: string[] = [];
    const report = dataProgress('nuclei', {
      stream: { isTTY: true, columns: 200, write: (text) => lines.push(String(text)) },
    });
    report({ stage: 'download', done: 1_000_000, total: 2_500_000, files: { done: 1, total: 3 } });
    report({ stage: 'download', done: 2_500_000, total: 2_500_000, files: { done: 3, total: 3 } });
    report({ stage: 'read', done: 1, total: 2 });
    report({ stage: 'read', done: 2, total: 2 });
    const ends = lines.filter((line) => line.endsWith('\n'));
    assert.equal(ends.length, 2);
    assert.match(ends[0], /Downloading nuclei: 3\/3 .*3 of 3 files/);
    assert.match(ends[1], /Reading nuclei: 2\/2/);
  });
});
