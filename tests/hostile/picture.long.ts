import assert from 'node:assert/strict';
import { survivesMutations } from './mutations';
import { jpegFiles, PICTURE_ERROR, pngFiles, readSmall } from './picture-files';

describe('hostile/picture', () => {
  for (const [name, files, seed] of [
    ['PNG', pngFiles(), 4000],
    ['JPEG', jpegFiles(), 5000],
  ] as const) {
    it(`survives 10,000 seeded mutations of ${name}s`, async () => {
      const limits = { message: PICTURE_ERROR, allocation: 2 ** 25 };
      const counts = await survivesMutations(readSmall, files, { seed, count: 10_000 }, limits);
      assert.ok(counts.read > 1000 && counts.refused > 2000);
    });
  }
});
