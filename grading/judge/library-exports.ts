import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A name that the compiler passes on from another module: `get: function () { return blocks_1.InputBlock; }`. */
const PASSED_ON =
  /Object\.defineProperty\(exports, "(\w+)", \{ enumerable: true, get: function \(\) \{ return (\w+)\.(\w+); \} \}\)/g;
const REQUIRED = /\b(\w+) = require\("(\.[^"]*)"\)/g;

/**
 * The compiled modules in which exports of a compiled library are made, and the names they have there.
 *
 * @param index the library's compiled main file
 * @throws RangeError for a name that it does not export
 */
export function findModules(index: string, names: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const name of names) {
    const origin = originOf(index, name);
    if (origin.file === index) {
      throw new RangeError(`withheld: got ${JSON.stringify(name)}; expected a name that ${index} passes on`);
    }
    found.set(origin.file, [...(found.get(origin.file) ?? []), origin.name]);
  }
  return found;
}

/** Follows a name to the module that makes it. */
function originOf(file: string, name: string): { file: string; name: string } {
  const code = readFileSync(file, 'utf8');
  const passed = [...code.matchAll(PASSED_ON)].find(([, exported]) => exported === name);
  if (!passed) return { file, name };
  const [, , variable, inner] = passed;
  const request = [...code.matchAll(REQUIRED)].find(([, bound]) => bound === variable)?.[2];
  if (request === undefined) return { file, name };
  return originOf(require.resolve(path.resolve(path.dirname(file), request)), inner);
}
