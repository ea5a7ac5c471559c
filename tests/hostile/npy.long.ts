import assert from 'node:assert/strict';
import { decodeNpy } from '../../lib/io/npy';
import { decodeNpz } from '../../lib/io/npz';
import { survivesMutations } from './mutations';
import { LIMITS, NPY_ERROR, NPZ_ERROR, npyFiles, npzFiles } from './npy-files';

describe('hostile/npy and npz', () => {
  it('survives 10,000 seeded mutations of .npy', async () => {
    const read = (bytes: Uint8Array) => decodeNpy(bytes, 'mutant', LIMITS);
    const counts = await survivesMutations(
      read,
      npyFiles(),
      { seed: 2000, count: 10_000 },
      { message: NPY_ERROR },
    );
    assert.ok(counts.read > 1000 && counts.refused > 2000);
  });

  it('survives 10,000 seeded mutations of .npz', async () => {
    const read = (bytes: Uint8Array) => decodeNpz(bytes, 'mutant', LIMITS);
    const counts = await survivesMutations(
      read,
      npzFiles(),
      { seed: 3000, count: 10_000 },
      { message: NPZ_ERROR },
    );
    assert.ok(counts.read > 1000 && counts.refused > 2000);
  });
});
