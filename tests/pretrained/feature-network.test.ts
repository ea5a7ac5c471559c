import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadWeights } from '../../lib/checkpoints/load-weights';
import { VGG16_NAMES } from '../../lib/checkpoints/names';
import { classExamples } from '../../lib/datasets/class-examples';
import type { DatasetEntry } from '../../lib/datasets/manifest';
import { loadVoc } from '../../lib/datasets/voc';
import { VOC_CLASSES } from '../../lib/datasets/voc-classes';
import { nearestNeighbourAccuracy } from '../../lib/features/nearest-neighbours';
import { VGG16 } from '../../lib/nn/models/vgg16';
import { pretrainedFeatures, type FeatureNetwork } from '../../lib/pretrained/feature-network';
import { tf } from '../../lib/runtime';
import { fileOf, weightsOf, type GoldenNetwork } from '../checkpoints/golden-network';
import { useScratchData } from '../datasets/scratch';
import { golden } from '../golden';
import { assertClose } from '../gradients';
import { realData } from '../real-data';

const { vgg16 } = golden<{ vgg16: GoldenNetwork }>('checkpoints-vgg16');
const bytes = fileOf(vgg16);

/** A manifest whose VGG16 is the thin one that PyTorch wrote. */
function manifest(): DatasetEntry[] {
  const accepted = [
    { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), origin: 'test' },
  ];
  const file = { path: 'weights/vgg16-397923af.pth', maxBytes: 10 ** 6, accepted, sources: [] };
  const about = { title: 'VGG16', homepage: 'https://example.org/', licence: 'BSD', citations: [] };
  return [{ name: 'vgg16-imagenet', ...about, files: [file] }];
}

describe('pretrained/feature-network', () => {
  const folder = useScratchData();
  const put = (content: Uint8Array) => {
    mkdirSync(join(folder(), 'weights'));
    writeFileSync(join(folder(), 'weights/vgg16-397923af.pth'), content);
  };

  it("takes torchvision's VGG16 where it lies in the data folder, and normalises images as ImageNet's", async () => {
    put(bytes);
    const network = (await pretrainedFeatures(manifest()))!;
    assert.equal(network.name, 'VGG16, trained on ImageNet');
    const twin = new VGG16({
      baseChannels: 1,
      fullyConnectedChannels: 6,
      numClasses: 5,
      outputs: ['pool5', 'logits'],
      initialWeights: 'zeros',
    });
    loadWeights(twin, weightsOf(vgg16), { mapping: VGG16_NAMES });
    tf.tidy(() => {
      const images = tf.randomUniform<tf.Rank.R4>([2, 64, 64, 3], 0, 1, 'float32', 1);
      const features = network.featureMaps(images);
      assert.deepEqual(features.shape, [2, 2, 2, 8]);
      const [pool5] = twin.predict(
        images.sub([0.485, 0.456, 0.406]).div([0.229, 0.224, 0.225]),
      ) as tf.Tensor[];
      assertClose(features, pool5, 1e-5);
      const fresh = network.untrained(1);
      assert.notDeepEqual(fresh.featureMaps(images).arraySync(), features.arraySync());
      assert.deepEqual(fresh.featureMaps(images).shape, features.shape);
      fresh.model.dispose();
    });
    network.model.dispose();
    twin.dispose();
  });

  it('refuses a damaged one, and does not hide it behind another network', async () => {
    put(bytes.map((value, at) => (at === 5000 ? value ^ 1 : value)));
    await assert.rejects(() => pretrainedFeatures(manifest()), { name: 'DataError', problem: 'damaged' });
  });

  it('is undefined where none can be had', async () => {
    process.env.SEGCOURSE_DATA_MIRROR = folder();
    assert.equal(await pretrainedFeatures(manifest()), undefined);
  });

  it('takes SqueezeNet otherwise', async function () {
    process.env.SEGCOURSE_DATA_MIRROR = realData(this, 'weights/squeezenet_v1.0/compressed_SqueezeNet.net');
    const network = (await pretrainedFeatures(manifest()))!;
    assert.match(network.name, /^SqueezeNet/);
    tf.tidy(() => {
      const gray = tf.fill([1, 227, 227, 3], 0.45) as tf.Tensor4D;
      assert.deepEqual(network.featureMaps(gray).shape, [1, 13, 13, 512]);
    });
    network.model.dispose();
  });

  it('finds the classes of the photographs twice as often as with random weights', async function () {
    this.timeout(300_000);
    process.env.SEGCOURSE_DATA_MIRROR = realData(this, 'weights/squeezenet_v1.0/compressed_SqueezeNet.net');
    const network = (await pretrainedFeatures(manifest()))!;
    const { photographs } = await loadVoc({ source: 'real' });
    const classes = VOC_CLASSES.filter((name) => name !== 'person');
    const examples = classExamples(photographs, { classes, size: network.size, of: 'object' });
    const labels = examples.map(({ label }) => label);
    const accuracyOf = ({ featureMaps, size }: FeatureNetwork) =>
      nearestNeighbourAccuracy(
        examples.map(({ image }) =>
          tf.tidy(() => {
            const batch = tf
              .tensor4d(Float32Array.from(image.data), [1, size, size, 3])
              .div<tf.Tensor4D>(255);
            return featureMaps(batch).mean([1, 2]).dataSync();
          }),
        ),
        labels,
      );
    const fresh = network.untrained(1);
    const [pretrained, untrained] = [accuracyOf(network), accuracyOf(fresh)];
    assert.ok(pretrained >= 2 * untrained, `${pretrained} and ${untrained} of ${labels.length}`);
    network.model.dispose();
    fresh.model.dispose();
  });
});
