import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KernelClient } from './client';

describe("modules of the notebook's folder", () => {
  let folder: string;
  let kernel: KernelClient;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'kernel-modules-'));
    kernel = await KernelClient.start(folder);
  });
  after(async () => {
    await kernel.close();
    rmSync(folder, { recursive: true });
  });

  it('are found once they are there, whatever comes and goes in the folder meanwhile', async function () {
    this.timeout(60_000);
    const cell = "import { later } from './later';\nlater();";
    const missing = await kernel.execute(cell);
    assert.match(missing.stderr + String(missing.error?.evalue), /later/);
    writeFileSync(path.join(folder, 'later.ts'), "export const later = () => 'here';\n");
    // The folder's watcher reports in its own time; each look is a cell, and none may fail for another reason.
    for (let look = 0; ; look++) {
      writeFileSync(path.join(folder, `other${look}.ts`), `export const number = ${look};\n`);
      const ran = await kernel.execute(cell);
      if (ran.result?.includes('here')) break;
      assert.match(ran.stderr + String(ran.error?.evalue), /later/);
      assert.doesNotMatch(ran.stderr + String(ran.error?.evalue), /rebuildTimer/);
    }
  });
});
