import { dicomFiles, MESSAGE, readAll } from './dicom-files';
import { survivesMutations } from './mutations';
import assert from 'node:assert/strict';

describe('hostile/dicom', () => {
  it('500 damaged files are read or refused, in bounded time and memory', async () => {
    const { read, refused } = await survivesMutations(
      readAll,
      dicomFiles,
      { seed: 2030, count: 500 },
      { message: MESSAGE },
    );
    assert.ok(read > 50 && refused > 50, `${read} read, ${refused} refused`);
  });
});
