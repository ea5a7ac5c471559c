import { niftiFiles, surviveAsVolumes } from './volume-files';

describe('hostile/nifti', () => {
  it('survives 10,000 seeded mutations: a volume or an error in words', async function () {
    this.timeout(600_000);
    await surviveAsVolumes('readNifti', niftiFiles(), { seed: 10000, count: 10_000 });
  });
});
