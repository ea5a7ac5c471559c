import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadNuclei, type Nuclei } from '../../lib/datasets/nuclei';
import { heldOutNuclei } from '../../lib/prompt/held-out-nuclei';
import { buildPromptNetwork } from '../../lib/prompt/network';
import { promptNetwork } from '../../lib/prompt/prompt-network';
import { promptNetworkReady } from '../../lib/prompt/prompt-network-ready';
import { TRAINING_PLAN } from '../../lib/prompt/train-network';
import { randomState, setSeed, tf } from '../../lib/runtime';
import { trainOnce } from '../../lib/train/train-once';

describe('promptNetworkReady', () => {
  const before = process.env.SEGCOURSE_DATA;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'prompt-network-'));
    process.env.SEGCOURSE_DATA = folder;
  });
  afterEach(() => {
    if (before === undefined) delete process.env.SEGCOURSE_DATA;
    else process.env.SEGCOURSE_DATA = before;
    rmSync(folder, { recursive: true, force: true });
  });

  it('knows the weights that promptNetwork loads, and takes nothing from the streams of setSeed', async () => {
    const source = 'synthetic';
    const tensors = tf.memory().numTensors;
    setSeed(5);
    const state = randomState();
    assert.equal(await promptNetworkReady({ source }), undefined);
    assert.deepEqual(randomState(), state);
    assert.equal(tf.memory().numTensors, tensors);

    setSeed(TRAINING_PLAN.seed);
    const { whole } = buildPromptNetwork();
    const settings = { ...TRAINING_PLAN, nuclei: source };
    await trainOnce(whole, { name: 'prompt-network', settings }, () => Promise.resolve({ loss: 1 }));
    whole.dispose();
    const ready = await promptNetworkReady({ source });
    assert.match(ready!.made, /^\d{4}-\d\d-\d\d$/);
    assert.ok(ready!.seconds >= 0);
    const model = await promptNetwork({
      source,
      onProgress: () => {
        throw new Error('it trains');
      },
    });
    model.dispose();
  });
});

describe('heldOutNuclei', () => {
  it('has all of a synthetic set', async () => {
    const nuclei: Nuclei = await loadNuclei({ source: 'synthetic', count: 3, seed: 4 });
    assert.deepEqual(await heldOutNuclei(nuclei), [0, 1, 2]);
  });
});
