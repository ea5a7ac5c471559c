import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { recordCode, withCode } from '../../../grading/run/code-cache';

describe('grading/run: code of modules', () => {
  let folder: string;
  let cache: string;
  const load = createRequire(__filename);
  const fileOf = (name: string) => path.join(folder, `${name}.js`);

  const write = (name: string, text: string): string => {
    writeFileSync(fileOf(name), text);
    return fileOf(name);
  };
  const fresh = (file: string): unknown => {
    for (const id of Object.keys(load.cache)) if (id.startsWith(folder)) delete load.cache[id];
    return load(file) as unknown;
  };

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'segcourse-code-'));
    cache = path.join(folder, 'code');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is of the text that is there now, also where that has the same length', () => {
    const file = write('one', 'exports.value = 1; exports.twice = () => 2 * exports.value;');
    recordCode(() => fresh(file)).save(cache);
    assert.equal(withCode(cache, () => fresh(file) as { twice(): number }).twice(), 2);
    write('one', 'exports.value = 4; exports.twice = () => 2 * exports.value;');
    assert.equal(withCode(cache, () => fresh(file) as { twice(): number }).twice(), 8);
  });

  it('that is missing or damaged changes nothing', () => {
    const file = write('one', 'exports.value = 1;');
    assert.deepEqual(
      withCode(path.join(folder, 'missing'), () => fresh(file)),
      { value: 1 },
    );
    recordCode(() => fresh(file)).save(cache);
    for (let length = readFileSync(cache).length - 1; length >= 0; length -= 7) {
      truncateSync(cache, length);
      assert.deepEqual(
        withCode(cache, () => fresh(file)),
        { value: 1 },
        `cut to ${length} bytes`,
      );
    }
  });

  it('gives a module the `require` that Node gives it', () => {
    write('other', 'module.exports = "other";');
    const file = write(
      'one',
      `module.exports = {
        other: require('./other'),
        resolved: require.resolve('./other'),
        folders: require.resolve.paths('x'),
        known: Object.hasOwn(require.cache, __filename),
        main: require.main === process.mainModule,
        endings: Object.keys(require.extensions).includes('.js'),
        folder: __dirname,
        self: this === exports && module.exports === exports,
      };`,
    );
    const plain = fresh(file) as Record<string, unknown>;
    const recorded = recordCode(() => fresh(file));
    recorded.save(cache);
    assert.deepEqual(recorded.value, plain);
    assert.deepEqual(
      withCode(cache, () => fresh(file)),
      plain,
    );
    assert.deepEqual(plain.other, 'other');
  });

  it('leaves Node’s loader as it was, also after a module that throws', () => {
    const { prototype } = load('node:module') as { prototype: { _compile: unknown } };
    const before = prototype._compile;
    const file = write('bad', 'throw new RangeError("in the module");');
    assert.throws(() => withCode(cache, () => fresh(file)), RangeError);
    assert.equal(prototype._compile, before);
  });
});
