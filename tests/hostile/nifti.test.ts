import { niftiFiles, surviveAsVolumes } from './volume-files';

describe('hostile/nifti', () => {
  it('survives 500 seeded mutations: a volume or an error in words', async () => {
    await surviveAsVolumes('readNifti', niftiFiles(), { seed: 100, count: 500 });
  });
});
