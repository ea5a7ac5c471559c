import assert from 'node:assert/strict';
import { BAD, type Fault } from './formats/faulty';
import { filesRead } from './survival';

/** Readers that do what readers must not: each is seen for what it is, and the files after it are read. */
describe('hostile/survival', function () {
  this.timeout(0);

  const files = Array.from({ length: 6 }, (_, index) => ({
    name: `file ${index}`,
    bytes: Uint8Array.of(index, 1, 2),
  }));
  const seen: Record<Fault, RegExp> = {
    hangs: /^hung for \d+ ms at file 3/,
    'allocates and lets go': /^took \d+ of peak, .* times what is allowed/,
    'fills memory outside the engine': /^took \d+ of resident, .* times what is allowed/,
    'trusts lengths': /^an accident: RangeError: Invalid typed array length/,
    'speaks in other words': /^an error in other words: Error: no/,
    'never settles': /^ended with \d+ before its report at file 3/,
    crashes: /^ended with SIGABRT before its report at file 3/,
  };
  for (const [fault, what] of Object.entries(seen) as [Fault, RegExp][]) {
    it(`sees a reader that ${fault}`, async function () {
      if (process.platform !== 'linux' && fault === 'fills memory outside the engine') this.skip();
      const { failures, read } = await filesRead(fault, files);
      assert.equal(failures.length, 1, JSON.stringify(failures));
      assert.match(failures[0].what, what);
      assert.ok(read >= 2, `${read} read: those after file ${BAD}`);
    });
  }
});
