import { mghFiles, surviveAsVolumes } from './volume-files';

describe('hostile/mgz', () => {
  it('survives 500 seeded mutations: a volume or an error in words', async () => {
    await surviveAsVolumes('readMgh', await mghFiles(), { seed: 100, count: 500 });
  });
});
