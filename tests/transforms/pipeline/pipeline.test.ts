import assert from 'node:assert/strict';
import { compose, type Sample } from '../../../lib/transforms/pipeline';
import { nnUNetAugmentation } from '../../../lib/transforms/pipeline-recipe';
import {
  eachChannel,
  imageTransform,
  randomCrop,
  randomFlip,
  randomMovement,
  randomQuarterTurn,
} from '../../../lib/transforms/pipeline-transforms';
import { hashedImage, hashedLabels, interleaved } from '../spatial/images';

/** Labels as image and mask, so that what moves one and not the other shows. */
function labelled(shape: number[]): { image: Sample['image']; mask: Sample['image'] } {
  const mask = hashedLabels(1, shape, 4);
  return { image: { ...mask, data: Float32Array.from(mask.data) }, mask };
}

const plus = (amount: number) =>
  imageTransform('plus', { amount }, (image, options, random) => ({
    ...image,
    data: image.data.map((value) => value + options.amount * random()) as Float32Array,
  }));

describe('transforms/pipeline', () => {
  it('gives each sample the same change in any order, and each number another', () => {
    const pipeline = nnUNetAugmentation({ shape: [12, 12] });
    const sample = labelled([12, 12]);
    const numbers = [0, 1].flatMap((seed) =>
      [0, 1, 2].flatMap((epoch) => [0, 1, 2, 3].map((index) => ({ seed, epoch, index }))),
    );
    const forwards = numbers.map((number) => pipeline.apply(sample, number));
    const backwards = [...numbers]
      .reverse()
      .map((number) => nnUNetAugmentation({ shape: [12, 12] }).apply(sample, number));
    assert.deepEqual(forwards, backwards.reverse());
    const streams = compose([plus(1)]);
    const values = numbers.map((number) => streams.apply(sample, number).image.data[0]);
    assert.equal(new Set(values).size, numbers.length);
  });

  it('leaves the sample as it is and hands its other fields on', () => {
    const sample = { ...labelled([8, 9]), name: 'patient 3' };
    const before = structuredClone(sample);
    const pipeline = nnUNetAugmentation({ shape: [8, 9] });
    for (let index = 0; index < 30; index++) {
      const changed = pipeline.apply(sample, { seed: 1, epoch: 0, index });
      assert.equal(changed.name, 'patient 3');
      assert.deepEqual(changed.image.shape, [8, 9]);
      assert.ok(changed.image.data.every(Number.isFinite));
      assert.deepEqual(sample, before);
    }
  });

  it('a later step does not change what an earlier one does', () => {
    const sample = labelled([6, 6]);
    const number = { seed: 4, epoch: 2, index: 7 };
    const flips = compose([randomFlip({ axes: [0, 1] })]).apply(sample, number);
    const more = compose([randomFlip({ axes: [0, 1] }), { transform: plus(1), probability: 0 }]).apply(
      sample,
      number,
    );
    assert.deepEqual(more, flips);
  });

  it('applies steps as often as they are probable', () => {
    const sample = { image: hashedImage(1, [2, 2]) };
    const pipeline = compose([{ transform: plus(1), probability: 0.3 }]);
    let applied = 0;
    for (let index = 0; index < 1000; index++) {
      if (pipeline.apply(sample, { seed: 0, epoch: 0, index }).image !== sample.image) applied++;
    }
    assert.ok(applied > 250 && applied < 350, `${applied} of 1000`);
  });

  it('moves image and mask together, in pictures and volumes', () => {
    for (const shape of [
      [9, 8],
      [5, 6, 7],
    ]) {
      const transforms = [
        randomFlip({ axes: shape.map((_, axis) => axis) }),
        randomQuarterTurn(),
        randomMovement({
          rotation: [-40, 40],
          scaling: [0.8, 1.2],
          translation: [-1, 1],
          shear: [-0.1, 0.1],
          elastic: { kind: 'grid', sigma: 1 },
          order: 0,
          border: 'constant',
        }),
      ];
      for (const transform of transforms) {
        const results = [0, 1, 2, 3, 4, 5].map((index) =>
          compose([transform]).apply(labelled(shape), { seed: 0, epoch: 0, index }),
        );
        for (const { image, mask } of results) {
          assert.deepEqual([...image.data], [...mask.data]);
          assert.deepEqual(image.shape, mask.shape);
        }
        assert.ok(new Set(results.map(({ image }) => image.data.join())).size > 1, transform.name);
      }
    }
  });

  it('cuts the same patch of image and mask, on foreground as often as asked for', () => {
    for (const shape of [
      [9, 12],
      [5, 4, 7],
    ]) {
      const crop = compose([randomCrop({ shape: shape.map(() => 3) })]);
      const results = [0, 1, 2, 3].map((index) => crop.apply(labelled(shape), { seed: 0, epoch: 0, index }));
      for (const { image, mask } of results) {
        assert.deepEqual([image.shape, mask.shape], [shape.map(() => 3), shape.map(() => 3)]);
        assert.deepEqual([...image.data], [...mask.data]);
      }
      assert.ok(new Set(results.map(({ image }) => image.data.join())).size > 1);
    }
    const rare = { image: hashedImage(1, [40, 40]), mask: hashedImage(1, [40, 40]) };
    rare.mask.data.fill(0);
    rare.mask.data[40 * 20 + 20] = 1;
    const hits = (foregroundProbability: number) =>
      Array.from({ length: 200 }, (_, index) =>
        compose([randomCrop({ shape: [3, 3], foregroundProbability })]).apply(rare, {
          seed: 0,
          epoch: 0,
          index,
        }),
      ).filter(({ mask }) => mask.data[4] === 1).length;
    assert.equal(hits(1), 200);
    assert.ok(hits(0.5) > 70 && hits(0.5) < 130, `${hits(0.5)} of 200`);
    assert.ok(hits(0) < 5);
    assert.throws(
      () => randomCrop({ shape: [3, 3], foregroundProbability: 2 }),
      /got foregroundProbability 2/,
    );
  });

  it('does not resample where nothing is drawn, and takes the same range for all of a movement', () => {
    const sample = labelled([7, 7]);
    const still = randomMovement({ rotation: [10, 20], rotationProbability: 0, order: 3 });
    assert.equal(compose([still]).apply(sample, { seed: 0, epoch: 0, index: 0 }).image, sample.image);
    const turned = randomMovement({ rotation: [90, 90], order: 0, border: 'constant' });
    const { image } = compose([turned]).apply(sample, { seed: 0, epoch: 0, index: 0 });
    assert.equal(image.data[0], sample.image.data[6]);
  });

  it('turns and scales flat volumes within their slices', () => {
    const shape = [3, 16, 16];
    const image = { data: new Float32Array(3 * 256), shape, channels: 1 };
    image.data.fill(1, 256, 512);
    const pipeline = nnUNetAugmentation({ shape, flipAxes: [1, 2] });
    const movement = compose([
      randomMovement({
        ...(pipeline.description.steps[0].options as object),
        rotationProbability: 1,
        scalingProbability: 1,
      }),
    ]);
    for (let index = 0; index < 5; index++) {
      const { data } = movement.apply({ image }, { seed: 0, epoch: 0, index }).image;
      assert.ok(data.every((value, at) => (at >= 256 && at < 512) || value === 0));
      assert.equal(data[256 + 8 * 16 + 8], 1);
    }
  });

  it('describes itself in JSON', () => {
    const { description } = nnUNetAugmentation({ shape: [64, 64, 64] });
    assert.deepEqual(JSON.parse(JSON.stringify(description)), description);
    assert.deepEqual(
      description.steps.map(({ name, probability }) => `${name} ${probability}`),
      [
        'randomMovement 1',
        'noise 0.1',
        'blur 0.2',
        'brightness 0.15',
        'contrast 0.15',
        'lowResolution 0.25',
        'gamma 0.1',
        'gamma 0.3',
        'randomFlip 1',
      ],
    );
    assert.deepEqual((description.steps[0].options as { rotation: number[] }).rotation, [-30, 30]);
  });

  it('changes channels on their own', () => {
    const image = interleaved(hashedImage(1, [4, 4]), hashedImage(2, [4, 4]));
    let calls = 0;
    const draws = [0.9, 0.1];
    const changed = eachChannel(
      image,
      0.5,
      () => draws.shift()!,
      (channel) => {
        calls++;
        return { ...channel, data: channel.data.map((value) => value + 1) as Float32Array };
      },
    );
    assert.equal(calls, 1);
    changed.data.forEach((value, index) => assert.equal(value, Math.fround(image.data[index] + (index % 2))));
  });

  it('refuses numbers that are none, and masks of another size', () => {
    const sample = labelled([4, 5]);
    const pipeline = compose([plus(1)]);
    assert.throws(
      () => pipeline.apply(sample, { seed: 0.5, epoch: 0, index: 0 }),
      /compose: got seed 0.5; expected/,
    );
    assert.throws(() => pipeline.apply(sample, { seed: 0, epoch: -1, index: 0 }), /compose: got epoch -1/);
    const mask = hashedLabels(1, [5, 4], 2);
    assert.throws(
      () => pipeline.apply({ image: sample.image, mask }, { seed: 0, epoch: 0, index: 0 }),
      /expected the same sizes/,
    );
    assert.throws(() => compose([{ transform: plus(1), probability: 2 }]), /got probability 2 for plus/);
    assert.throws(() => nnUNetAugmentation({ shape: [4] }), /nnUNetAugmentation: got shape \[4\]/);
  });
});
