import assert from 'node:assert/strict';
import { survivesMutations } from './mutations';
import { readAllPages, TIFF_ERROR, tiffFiles } from './tiff-files';

describe('hostile/tiff', () => {
  it('survives 10,000 seeded mutations', async () => {
    const limits = { message: TIFF_ERROR, allocation: 2 ** 25 };
    const counts = await survivesMutations(readAllPages, tiffFiles(), { seed: 1000, count: 10_000 }, limits);
    assert.ok(counts.read > 1000 && counts.refused > 2000);
  });
});
