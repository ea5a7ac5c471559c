/**
 * Seconds of each training step of BasicUNet and the peak resident memory, as one JSON line: the twin of
 * `isbi_torch.py step`.
 */
import { parseArgs } from 'node:util';
import { BasicUNet, binaryCrossEntropy, setSeed, tf, trainStep } from '../../lib';

const { values } = parseArgs({
  options: {
    base: { type: 'string', default: '64' },
    depth: { type: 'string', default: '2' },
    batch: { type: 'string', default: '8' },
    size: { type: 'string', default: '128' },
    channels: { type: 'string', default: '1' },
    steps: { type: 'string', default: '8' },
  },
});
const [base, depth, batch, size, channels, steps] = (
  ['base', 'depth', 'batch', 'size', 'channels', 'steps'] as const
).map((name) => Number(values[name]));

setSeed(0);
const model = new BasicUNet({ inputChannels: channels, baseChannels: base, numBlocks: depth });
const optimizer = tf.train.adam(1e-3);
const images = tf.randomUniform<tf.Rank.R4>([batch, size, size, channels]);
const masks = tf.tidy(() => tf.randomUniform([batch, size, size, 1]).less(0.22).toFloat()) as tf.Tensor4D;
const seconds: number[] = [];
for (let step = 0; step < steps; step++) {
  const started = performance.now();
  trainStep(model, optimizer, (y, x) => binaryCrossEntropy(y, x, { positiveWeight: 9 }), { images, masks });
  seconds.push((performance.now() - started) / 1000);
}
const peakMiB = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ seconds, peakMiB, version: tf.version_core }));
