import { mghFiles, surviveAsVolumes } from './volume-files';

describe('hostile/mgz', () => {
  it('survives 10,000 seeded mutations: a volume or an error in words', async function () {
    this.timeout(600_000);
    await surviveAsVolumes('readMgh', await mghFiles(), { seed: 10000, count: 10_000 });
  });
});
