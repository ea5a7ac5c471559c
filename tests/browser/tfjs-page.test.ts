import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { saveModel } from '../../lib/checkpoints/save-model';
import { BasicUNet } from '../../lib/nn/models/basic-unet';
import { FCN } from '../../lib/nn/models/fcn';
import { MobileUNet } from '../../lib/nn/models/mobile-unet';
import { UNet } from '../../lib/nn/models/unet';
import { UNetPlusPlus } from '../../lib/nn/models/unet-plus-plus';
import { VGG16 } from '../../lib/nn/models/vgg16';
import { tf } from '../../lib/runtime';
import { scrambled, waves } from '../checkpoints/scrambled';
import { assertClose } from '../gradients';
import { requireSystem } from '../system';
import { TensorFlowPage } from './tfjs-page';

const images = { inputChannels: 2, numClasses: 3, baseChannels: 2 };
const thin = { inputChannels: 2, numClasses: 3, baseChannels: 1, fullyConnectedChannels: 4 };

const MODELS: Record<string, { build: () => tf.LayersModel; shape: number[] }> = {
  BasicUNet: { build: () => new BasicUNet({ ...images, numBlocks: 2 }), shape: [1, 8, 12, 2] },
  UNet: { build: () => new UNet({ ...images, numBlocks: 2 }), shape: [1, 8, 12, 2] },
  'UNet of volumes': {
    build: () => new UNet({ ...images, dimensions: 3, numBlocks: 1 }),
    shape: [1, 4, 6, 2, 2],
  },
  UNetPlusPlus: { build: () => new UNetPlusPlus({ ...images, numBlocks: 2 }), shape: [1, 8, 12, 2] },
  MobileUNet: { build: () => new MobileUNet({ inputChannels: 2, numClasses: 3 }), shape: [1, 32, 64, 2] },
  VGG16: {
    build: () => new VGG16({ ...thin, outputs: ['logits'], inputSize: [224, 224] }),
    shape: [1, 224, 224, 2],
  },
  FCN: { build: () => new FCN({ ...thin, inputSize: [64, 32] }), shape: [1, 64, 32, 2] },
};

describe('stock TensorFlow.js in a page', function () {
  this.timeout(120_000);
  let folder: string;
  let page: TensorFlowPage;

  before(async function () {
    const executable = requireSystem(this, 'chromium');
    folder = mkdtempSync(path.join(tmpdir(), 'segcourse-tfjs-page-'));
    page = await TensorFlowPage.open(executable, folder);
  });
  after(async () => {
    await page?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  for (const [name, { build, shape }] of Object.entries(MODELS)) {
    it(`loads and runs ${name} to our numbers`, async () => {
      const model = scrambled(build());
      saveModel(path.join(folder, name), model);
      const input = waves(shape);
      const result = await page.predict(`${name}/model.json`, Array.from(input.dataSync()), shape);
      tf.tidy(() => {
        const expected = model.predict(input) as tf.Tensor;
        assertClose(tf.tensor(result.values, result.shape), expected, 1e-4);
        assert.ok(tf.max(tf.abs(expected)).dataSync()[0] > 1e-3, 'an output of zeros proves nothing');
      });
      assert.deepEqual(page.errors, []);
      tf.dispose(input);
      model.dispose();
    });
  }
});
