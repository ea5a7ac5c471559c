import assert from 'node:assert/strict';
import { FORMAT_NAMES, FORMATS, type FormatName } from './formats';
import { survives } from './survival';

/** Each read of a video starts a process of FFmpeg's; each bomb is 16 MiB, read once more with collections between. */
const FEWER: Partial<Record<FormatName, number>> = { 'video header': 50, 'tar.gz': 200 };

describe('hostile/mutants', function () {
  // The reading process is watched; how long it takes depends on what else the machine does.
  this.timeout(0);

  for (const format of FORMAT_NAMES) {
    const count = FEWER[format] ?? 500;
    it(`survives ${count} seeded mutations: ${format}`, async function () {
      FORMATS[format].requires?.(this);
      const { read, refused } = await survives(format, { seed: 2030, count });
      assert.ok(Math.min(read, refused) > count / 20, `${read} read, ${refused} refused`);
    });
  }
});
