import assert from 'node:assert/strict';
import type { FormatName } from './formats';
import { outcomesOf } from './survival';

/** A file by what is wrong with it, and its error; "read" where a reader gets past the damage. */
export type KnownFile = readonly [name: string, bytes: Uint8Array, expected: RegExp | 'read'];

/** A test for each file. All are read by one process, each in bounded time and memory, as mutations are. */
export function testKnownFiles(format: FormatName, files: readonly KnownFile[]): void {
  let outcomes: (string | undefined)[];
  before(async function () {
    this.timeout(0);
    outcomes = await outcomesOf(
      format,
      files.map(([name, bytes]) => ({ name, bytes: new Uint8Array(bytes) })),
    );
  });

  files.forEach(([name, , expected], index) => {
    it(expected === 'read' ? `reads ${name}` : `refuses ${name}`, () => {
      if (expected === 'read') assert.equal(outcomes[index], undefined);
      else assert.match(outcomes[index] ?? 'read', expected);
    });
  });
}
