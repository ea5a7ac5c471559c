import assert from 'node:assert/strict';
import { FORMAT_NAMES, FORMATS } from './formats';
import { survives } from './survival';

describe('hostile/mutants, long', function () {
  // The reading process is watched; how long it takes depends on what else the machine does.
  this.timeout(0);

  for (const format of FORMAT_NAMES) {
    it(`survives 10,000 seeded mutations: ${format}`, async function () {
      FORMATS[format].requires?.(this);
      const { read, refused } = await survives(format, { seed: 1, count: 10_000 });
      console.log(`        ${format}: ${read} read, ${refused} refused`);
      assert.ok(Math.min(read, refused) > 500, `${read} read, ${refused} refused`);
    });
  }
});
