import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadWithCodeCache } from '../../lib/kernel/compile-cache';
import { load } from '../../lib/kernel/lazy';

describe('kernel: code cache', () => {
  const before = process.env.SEGCOURSE_CACHE;
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'code-cache-'));
    file = path.join(folder, 'module.js');
    process.env.SEGCOURSE_CACHE = path.join(folder, 'cache');
    writeFileSync(file, "exports.name = require('node:path').basename(__filename);\n");
  });

  afterEach(() => {
    if (before === undefined) delete process.env.SEGCOURSE_CACHE;
    else process.env.SEGCOURSE_CACHE = before;
    rmSync(folder, { recursive: true });
  });

  const loadAnew = (): ReturnType<typeof loadWithCodeCache> => {
    delete load.cache[file];
    const save = loadWithCodeCache(file);
    assert.equal((load(file) as { name: string }).name, 'module.js');
    return save;
  };
  const caches = (): string[] => readdirSync(path.join(folder, 'cache', 'kernel'));

  it('is used from the second time on', () => {
    loadAnew()?.();
    assert.equal(caches().length, 1);
    assert.equal(loadAnew(), undefined);
  });

  it('does not outlive a change of the module', () => {
    loadAnew()?.();
    writeFileSync(file, "exports.name = 'module' + '.js'; // another text\n");
    assert.notEqual(loadAnew(), undefined);
  });

  it('is replaced where it is damaged', () => {
    loadAnew()?.();
    writeFileSync(path.join(folder, 'cache', 'kernel', caches()[0]), 'no code');
    loadAnew()?.();
    assert.equal(loadAnew(), undefined);
  });

  it('is done without in a folder that cannot be written', () => {
    writeFileSync(path.join(folder, 'cache'), 'a file, not a folder');
    assert.doesNotThrow(() => loadAnew()?.());
  });
});
