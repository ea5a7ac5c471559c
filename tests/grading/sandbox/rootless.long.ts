import { passAsNobody } from './as-nobody';

describe('boxes of a user without rights, all limits', () => {
  it('hold their limits, which the self-test proves', async function () {
    this.timeout(300_000);
    await passAsNobody(this, ['limits', 'self-test']);
  });
});
