import assert from 'node:assert/strict';
import { loadWeights } from '../../lib/checkpoints/load-weights';
import { basicUNetNames, FCN_NAMES, VGG16_NAMES, VGG16_TO_FCN_NAMES } from '../../lib/checkpoints/names';
import { BasicUNet } from '../../lib/nn/models/basic-unet';
import { FCN } from '../../lib/nn/models/fcn';
import { VGG16 } from '../../lib/nn/models/vgg16';
import { golden } from '../golden';
import { assertSameOutput, GoldenNetwork, weightsOf } from './golden-network';

const { unet } = golden<{ unet: GoldenNetwork }>('checkpoints-unet');
const { vgg16 } = golden<{ vgg16: GoldenNetwork }>('checkpoints-vgg16');
const { fcn8s } = golden<{ fcn8s: GoldenNetwork }>('checkpoints-fcn');
const thin = { baseChannels: 1, fullyConnectedChannels: 6, initialWeights: 'zeros' } as const;

describe('weights of known networks', () => {
  it('makes BasicUNet give what its PyTorch twin gives', () => {
    const model = new BasicUNet({ inputChannels: 2, numClasses: 3, baseChannels: 2, numBlocks: 3 });
    const report = loadWeights(model, weightsOf(unet), { mapping: basicUNetNames({ numBlocks: 3 }) });
    assert.equal(report.loaded.length, model.weights.length);
    assert.ok(report.ignored.every((name) => name.endsWith('.num_batches_tracked')));
    assertSameOutput(model, unet, 1e-4);
    model.dispose();
  });

  it("makes VGG16 give what torchvision's gives", () => {
    const model = new VGG16({ ...thin, numClasses: 5, outputs: ['logits'] });
    const report = loadWeights(model, weightsOf(vgg16), { mapping: VGG16_NAMES });
    assert.equal(report.loaded.length, 32);
    assertSameOutput(model, vgg16, 1e-4);
    model.dispose();
  });

  it("gives VGG16's features and fully connected layers to FCN, and nothing else", () => {
    const model = new FCN({ ...thin, numClasses: 2 });
    const report = loadWeights(model, weightsOf(vgg16), { mapping: VGG16_TO_FCN_NAMES, strict: false });
    assert.deepEqual(report.unexpected, []);
    assert.deepEqual(report.ignored, ['classifier.6.weight', 'classifier.6.bias']);
    assert.equal(report.loaded.length, 30);
    assert.ok(
      report.missing.every((name) => /^(score|upscore)/.test(name)),
      report.missing.join(),
    );
    model.dispose();
  });

  it("makes FCN give what pytorch-fcn's FCN8s gives", () => {
    const model = new FCN({ ...thin, numClasses: 2, alignment: 'crop' });
    const report = loadWeights(model, weightsOf(fcn8s), { mapping: FCN_NAMES });
    assert.equal(report.loaded.length, model.weights.length);
    assertSameOutput(model, fcn8s, 1e-4);
    model.dispose();
  });
});
