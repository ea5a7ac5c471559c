import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { main } from '../../../grading/release/main';

describe('npm run release', () => {
  const run = async (...args: string[]): Promise<{ code: number; said: string }> => {
    const lines: string[] = [];
    const code = await main(args, (line) => lines.push(line));
    return { code, said: lines.join('\n') };
  };

  it('names the assignments that there are, and leaves nothing behind', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'segcourse-release-'));
    try {
      const { code, said } = await run('8.3.3-umet', '--course', folder);
      assert.equal(code, 2);
      assert.match(said, /got assignment '8\.3\.3-umet'; expected one of: .*8\.3\.3-unet.*chapter-8/);
      assert.deepEqual(readdirSync(folder), []);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says what it takes', async () => {
    assert.deepEqual(await run('--help'), {
      code: 0,
      said: 'npm run release -- <assignment> [--course DIR] [--out FILE]',
    });
    for (const args of [[], ['a', 'b'], ['--fast'], ['a', '--course']]) {
      const { code, said } = await run(...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(said, /^npm run release: .*npm run release -- <assignment>/s);
    }
  });
});
