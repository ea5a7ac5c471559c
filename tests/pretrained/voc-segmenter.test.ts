import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FCN_NAMES } from '../../lib/checkpoints/names';
import { loadWeights } from '../../lib/checkpoints/load-weights';
import { loadVoc } from '../../lib/datasets/voc';
import { FCN } from '../../lib/nn/models/fcn';
import { DeepLab } from '../../lib/pretrained/deeplab';
import { fcn8sFromFile, pretrainedVocSegmenter, segmenter } from '../../lib/pretrained/voc-segmenter';
import { tf } from '../../lib/runtime';
import { fileOf, weightsOf, type GoldenNetwork } from '../checkpoints/golden-network';
import { useScratchData } from '../datasets/scratch';
import { golden } from '../golden';
import { realData } from '../real-data';

const { fcn8s } = golden<{ fcn8s: GoldenNetwork }>('checkpoints-fcn');
const photograph = (height: number, width: number) => ({
  data: Uint8Array.from({ length: height * width * 3 }, (_, index) => (index * 37) % 256),
  shape: [height, width],
  channels: 3,
});

describe('pretrained/voc-segmenter', () => {
  describe('FCN-8s', () => {
    const folder = useScratchData();
    const put = () => {
      mkdirSync(join(folder(), 'weights'));
      const file = join(folder(), 'weights/fcn8s_vgg16_pascal.pth');
      writeFileSync(file, fileOf(fcn8s));
      return file;
    };

    it('is built as wide as the file that PyTorch wrote, and takes blue, green, red less their means', () => {
      const own = fcn8sFromFile(put(), 2);
      const image = photograph(40, 50);
      const labels = own.segment(image);
      assert.deepEqual(labels.shape, [40, 50]);
      const model = new FCN({
        baseChannels: 1,
        fullyConnectedChannels: 6,
        numClasses: 2,
        alignment: 'crop',
        initialWeights: 'zeros',
      });
      loadWeights(model, weightsOf(fcn8s), { mapping: FCN_NAMES });
      const mean = [104.00698793, 116.66876762, 122.67891434];
      const turned = Float32Array.from(
        image.data,
        (_, at) => image.data[3 * Math.floor(at / 3) + 2 - (at % 3)] - mean[at % 3],
      );
      const expected = tf.tidy(() => {
        const logits = model.predict(tf.tensor4d(turned, [1, 40, 50, 3])) as tf.Tensor;
        return logits.argMax(-1).dataSync();
      });
      assert.deepEqual(labels.data, Uint8Array.from(expected));
      assert.equal(new Set(expected).size, 2, 'a picture of both classes');
      own.dispose();
      model.dispose();
    });

    it('is looked for in the data folder first, and refused where it is not of 21 classes', async () => {
      put();
      await assert.rejects(
        () => pretrainedVocSegmenter(),
        /fcn8s_vgg16_pascal\.pth: got 2 classes; expected 21/,
      );
    });

    it('is not what another checkpoint holds', () => {
      const file = put();
      const { vgg16 } = golden<{ vgg16: GoldenNetwork }>('checkpoints-vgg16');
      writeFileSync(file, fileOf(vgg16));
      assert.throws(
        () => fcn8sFromFile(file),
        /got no score_fr\.weight; expected the weights of pytorch-fcn's FCN8s/,
      );
    });

    it('gives way to nothing where no network can be had', async () => {
      process.env.SEGCOURSE_DATA_MIRROR = folder();
      assert.equal(await pretrainedVocSegmenter(), undefined);
    });
  });

  it('takes the class of the highest logit, and leaves no tensor behind', () => {
    const own = segmenter({
      name: 'brightness',
      provenance: 'none',
      logits: (image) =>
        tf.concat(
          [tf.fill([1, 2, 2, 1], 100), image.toFloat().slice([0, 0, 0, 0], [1, 2, 2, 1])],
          3,
        ) as tf.Tensor4D,
      dispose() {},
    });
    const before = tf.memory().numTensors;
    const data = Uint8Array.of(99, 0, 0, 101, 0, 0, 255, 0, 0, 0, 255, 255);
    assert.deepEqual(own.segment({ data, shape: [2, 2], channels: 3 }).data, Uint8Array.of(0, 1, 1, 0));
    assert.equal(tf.memory().numTensors, before);
    assert.throws(
      () => own.segment({ data, shape: [2, 6], channels: 1 }),
      /got an image of 2 × 6 with 1 channels/,
    );
  });

  describe('DeepLab', () => {
    let mirror: string | undefined;
    before(function () {
      mirror = process.env.SEGCOURSE_DATA_MIRROR;
      process.env.SEGCOURSE_DATA_MIRROR = realData(this, 'weights/deeplab_voc_tfjs/model.json');
    });
    after(() => {
      if (mirror === undefined) delete process.env.SEGCOURSE_DATA_MIRROR;
      else process.env.SEGCOURSE_DATA_MIRROR = mirror;
    });

    it('in three parts is the whole graph, on its own 513 × 513', async () => {
      const deepLab = await DeepLab.load();
      const before = tf.memory().numTensors;
      const differing = tf.tidy(() => {
        const image = tf.tensor4d(Int32Array.from(photograph(513, 513).data), [1, 513, 513, 3], 'int32');
        const whole = deepLab.graph.execute(image) as tf.Tensor;
        return deepLab.logits(image).argMax(-1).notEqual(whole).toFloat().mean().dataSync()[0];
      });
      assert.ok(differing < 1e-4, `${100 * differing} % of the pixels differ`);
      assert.equal(tf.memory().numTensors, before);
      assert.throws(
        () => deepLab.logits(tf.zeros([2, 8, 8, 3])),
        /got an image of shape \[2,8,8,3\]; expected \[1,/,
      );
      deepLab.dispose();
    });

    it('finds what is on photographs of any size', async () => {
      const own = (await pretrainedVocSegmenter())!;
      const { photographs } = await loadVoc({ count: 10, source: 'real' });
      let [right, all] = [0, 0];
      for (const { image, mask } of photographs.filter((each) => each.mask).slice(0, 4)) {
        const labels = own.segment(image).data;
        mask!.data.forEach((value, at) => {
          if (value === 255) return;
          all++;
          right += Number(labels[at] === value);
        });
      }
      assert.ok(right / all > 0.8, `${right / all} of the pixels`);
      own.dispose();
    });
  });
});
