import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const VARIABLES = ['SEGCOURSE_DATA', 'SEGCOURSE_DATA_MIRROR'] as const;

/**
 * Before each test of the block: an empty data folder of its own and no mirror; after it: everything as it was.
 * Returns the way to that folder.
 */
export function useScratchData(): () => string {
  let folder = '';
  const before: Partial<Record<string, string>> = {};
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'segcourse-'));
    for (const name of VARIABLES) before[name] = process.env[name];
    process.env.SEGCOURSE_DATA = folder;
    delete process.env.SEGCOURSE_DATA_MIRROR;
  });
  afterEach(() => {
    for (const name of VARIABLES) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
    rmSync(folder, { recursive: true, force: true });
  });
  return () => folder;
}
