import assert from 'node:assert/strict';
import { SqueezeNet } from '../../lib/nn/models/squeezenet';
import { modelSummary } from '../../lib/nn/summary';
import { squeezeNetLayers } from '../../lib/pretrained/squeezenet';
import { tf } from '../../lib/runtime';
import { golden } from '../golden';
import { assertClose } from '../gradients';
import { fillHashed, hashedImages } from './hashed';

interface Golden {
  parameters: number;
  logits: number[];
  fire9: { shape: number[]; means: number[]; corner: number[] };
}

describe("SqueezeNet beside torchvision's", () => {
  const twin = golden<Golden>('squeezenet');

  it('has as many parameters, and the layers that the weights are of', () => {
    const model = new SqueezeNet({ outputs: ['logits'], initialWeights: 'zeros' });
    assert.equal(modelSummary(model, { inputSize: [227, 227] }).totals.parameters, twin.parameters);
    for (const { name, shape } of squeezeNetLayers()) {
      const [outputs, inputs, height, width] = shape;
      assert.deepEqual(model.getLayer(name).getWeights()[0].shape, [height, width, inputs, outputs], name);
    }
    model.dispose();
  });

  it('gives the same logits and the same last map', () => {
    const model = new SqueezeNet({ numClasses: 7 });
    fillHashed(
      model,
      squeezeNetLayers().map(({ name }) => name),
    );
    assert.deepEqual(model.outputNames, ['logits', 'fire9']);
    tf.tidy(() => {
      const [logits, fire9] = model.predict(hashedImages(500, [1, 3, 227, 227])) as tf.Tensor4D[];
      assert.deepEqual(fire9.shape, twin.fire9.shape);
      assertClose(fire9.mean([1, 2]).flatten(), twin.fire9.means, 1e-4);
      assertClose(fire9.slice([0, 12, 12, 0], [1, 1, 1, -1]).flatten(), twin.fire9.corner, 1e-4);
      assertClose(logits.flatten(), twin.logits, 1e-4);
    });
    model.dispose();
  });

  it('refuses images that its poolings leave nothing of', () => {
    const model = new SqueezeNet({ outputs: ['fire9'] });
    tf.tidy(() => {
      assert.deepEqual((model.predict(tf.zeros([1, 35, 40, 3])) as tf.Tensor).shape, [1, 1, 1, 512]);
      assert.throws(
        () => model.predict(tf.zeros([1, 34, 40, 3])),
        /got images of 34 × 40; expected sides of at least 35/,
      );
    });
    model.dispose();
  });
});
