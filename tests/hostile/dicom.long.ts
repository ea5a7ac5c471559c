import { dicomFiles, MESSAGE, readAll } from './dicom-files';
import { survivesMutations } from './mutations';
import assert from 'node:assert/strict';

describe('hostile/dicom, long', function () {
  this.timeout(600_000);

  it('10,000 damaged files are read or refused, in bounded time and memory', async () => {
    const { read, refused } = await survivesMutations(
      readAll,
      dicomFiles,
      { seed: 1, count: 10_000 },
      { message: MESSAGE },
    );
    assert.ok(read > 1000 && refused > 1000, `${read} read, ${refused} refused`);
  });
});
