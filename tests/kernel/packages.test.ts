import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KernelClient, PROJECT } from './client';

const outside = mkdtempSync(path.join(tmpdir(), 'notebooks-elsewhere-'));
after(() => rmSync(outside, { recursive: true }));

for (const [place, folder] of [
  ['in the project', path.join(PROJECT, 'notebooks')],
  ['in another folder', outside],
]) {
  describe(`kernel: packages, notebook ${place}`, () => {
    let kernel: KernelClient;
    before(async () => (kernel = await KernelClient.start(folder)));
    after(() => kernel.close());

    it('imports segcourse with its types', async () => {
      const ran = await kernel.execute(
        "import { tf } from 'segcourse';\nconst m = tf.sequential();\ntf.zeros([2, 3]).shape",
      );
      assert.equal(ran.error, undefined);
      assert.equal(ran.result, '[ 2, 3 ]');
      const wrong = await kernel.execute("tf.zeros('2')");
      assert.equal(wrong.error?.ename, 'TypeScriptError');
    });

    it('completes and inspects what was imported in an earlier cell', async () => {
      const code = '/* 𝟙 */ m.summ';
      const reply = await kernel.request('complete_request', { code, cursor_pos: [...code].length });
      assert.deepEqual(reply.matches, ['summary']);
      assert.equal(reply.cursor_start, [...code].length - 'summ'.length);
      const { data } = await kernel.request('inspect_request', { code: 'm', cursor_pos: 1, detail_level: 0 });
      assert.match((data as Record<string, string>)['text/plain'], /const m: tf\.Sequential/);
    });

    it('imports packages that have ES modules only', async () => {
      const ran = await kernel.execute("const vega = await import('vega');\ntypeof vega.View");
      assert.equal(ran.error, undefined);
      assert.equal(ran.result, "'function'");
      assert.equal((await kernel.execute('typeof vega.parse({ marks: [] })')).result, "'object'");
    });

    it('says so where a package is missing', async () => {
      const { error } = await kernel.execute("import { x } from 'no-such-package';");
      assert.match(error?.evalue ?? '', /Cannot find module 'no-such-package'/);
    });
  });
}

describe('kernel: packages and files of the notebook itself', () => {
  it("prefers the notebook's own packages and imports its TypeScript files", async () => {
    const own = path.join(outside, 'node_modules/own');
    mkdirSync(own, { recursive: true });
    writeFileSync(
      path.join(own, 'package.json'),
      '{"name":"own","version":"1.0.0","main":"index.js","types":"index.d.ts"}',
    );
    writeFileSync(path.join(own, 'index.js'), 'exports.answer = 42;');
    writeFileSync(path.join(own, 'index.d.ts'), 'export declare const answer: number;');
    writeFileSync(path.join(outside, 'helper.ts'), 'export const twice = (x: number): number => 2 * x;');
    const kernel = await KernelClient.start(outside);
    const ran = await kernel.execute(
      "import { answer } from 'own';\nimport { twice } from './helper';\ntwice(answer)",
    );
    await kernel.close();
    assert.equal(ran.error, undefined);
    assert.equal(ran.result, '84');
  });
});
