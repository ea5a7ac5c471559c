import { passAsNobody } from './as-nobody';

describe('boxes of a user without rights', () => {
  it('are made, are walled in and end with their grader', async function () {
    await passAsNobody(this, ['box', 'confinement', 'death']);
  });
});
