import assert from 'node:assert/strict';
import { FORMAT_NAMES, FORMATS } from './formats';
import { survives } from './survival';

describe('hostile/mutants', function () {
  // The reading process is watched; how long it takes depends on what else the machine does.
  this.timeout(0);

  for (const format of FORMAT_NAMES) {
    // Each read of a video starts a process of FFmpeg's.
    const count = format === 'video header' ? 50 : 500;
    it(`survives ${count} seeded mutations: ${format}`, async function () {
      FORMATS[format].requires?.(this);
      const { read, refused } = await survives(format, { seed: 2030, count });
      assert.ok(Math.min(read, refused) > count / 20, `${read} read, ${refused} refused`);
    });
  }
});
