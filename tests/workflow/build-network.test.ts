import assert from 'node:assert/strict';
import { tf } from '../../lib/runtime';
import { buildNetwork } from '../../lib/workflow/build-network';
import { goldenInputs, goldenPlan, goldenPlans } from '../planning/golden-plans';

const find = (name: string) => {
  const one = goldenPlans.find((plan) => plan.name.startsWith(name))!;
  return { ...one, plan: goldenPlan(one), description: goldenInputs(one).description };
};

describe('workflow/build-network', () => {
  const cases: [string, '2d' | '3d_fullres'][] = [
    ['hippocampus', '2d'],
    ['cardiac MRI, thick', '3d_fullres'],
    ['drawn 103', '3d_fullres'],
    ['drawn 120', '2d'], // regions and a label to ignore
  ];
  for (const [name, configuration] of cases) {
    it(`has as many parameters as nnU-Net's network: ${name}, ${configuration}`, () => {
      const { plan, description, parameters } = find(name);
      const before = tf.memory().numTensors;
      const model = buildNetwork(plan.configurations[configuration]!, description);
      assert.equal(model.countParams(), parameters[configuration]);
      model.dispose();
      assert.equal(tf.memory().numTensors, before);
    });
  }

  it('has the channels of a cascade', () => {
    const { plan, description, parameters } = find('coarse, some cases fine');
    const moreChannels = description.labels.foreground.length;
    const model = buildNetwork(plan.configurations['3d_fullres']!, description, { moreChannels });
    assert.equal(model.inputs[0].shape.at(-1), description.channels.length + moreChannels);
    assert.equal(model.countParams(), parameters['3d_cascade_fullres']);
    model.dispose();
  });

  it('has logits of each level of the decoder, or of the last one alone', () => {
    const { plan, description } = find('hippocampus');
    const { '2d': flat } = plan.configurations;
    const small = { ...flat, features: flat.features.map(() => 4) };
    for (const deepSupervision of [true, false]) {
      const model = buildNetwork(small, description, { deepSupervision });
      const image = tf.zeros([1, ...flat.patchSize, 1]);
      const logits = [model.predict(image)].flat() as tf.Tensor[];
      const sides = flat.patchSize.map((side, axis) =>
        flat.strides
          .slice(0, -1)
          .map(
            (_, level) =>
              side / flat.strides.slice(0, level + 1).reduce((all, stride) => all * stride[axis], 1),
          ),
      );
      const expected = sides[0].map((height, level) => [1, height, sides[1][level], 3]);
      assert.deepEqual(
        logits.map(({ shape }) => shape),
        deepSupervision ? expected : expected.slice(0, 1),
      );
      tf.dispose([image, ...logits]);
      model.dispose();
    }
  });

  it('refuses images too small to be pooled', () => {
    const { plan, description } = find('smaller than two poolings');
    assert.throws(
      () => buildNetwork(plan.configurations['3d_fullres']!, description),
      /UNet: got channels \[32\]; expected those of at least 2 levels/,
    );
  });
});
