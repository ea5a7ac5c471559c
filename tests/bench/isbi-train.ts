/**
 * The course's training protocol, run once: the twin of `isbi_torch.py train`. Writes the probabilities of the
 * validation images after the chosen epochs as raw float32 [epochs, images, H, W], and the history as JSON.
 */
import { parseArgs } from 'node:util';
import {
  BasicUNet,
  batches,
  binaryCrossEntropy,
  fit,
  loadIsbi2012,
  setSeed,
  splitIndices,
  tf,
  toTensors,
} from '../../lib';
import { writeFileWhole } from '../../lib/io/write-file';

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    seed: { type: 'string', default: '0' },
    epochs: { type: 'string', default: '120' },
    from: { type: 'string', default: '81' },
    to: { type: 'string', default: '120' },
    size: { type: 'string', default: '128' },
  },
});
const [seed, epochs, from, to, size] = (['seed', 'epochs', 'from', 'to', 'size'] as const).map((name) =>
  Number(values[name]),
);
if (values.out === undefined)
  throw new Error('isbi-train: got no --out; expected a file for the probabilities');
const { out } = values;

async function main(): Promise<void> {
  const data = await loadIsbi2012({ size, source: 'real' });
  const { training, validation } = splitIndices(30, { validation: 5, seed: 0 });
  const heldOut = toTensors(data, validation);
  setSeed(seed);
  const model = new BasicUNet({ inputChannels: 1 });
  const probabilities: Float32Array[] = [];
  const started = performance.now();
  const { records } = await fit(model, {
    batches: (epoch) => batches(data, { indices: training, batchSize: 8, augment: true, seed, epoch }),
    loss: (masks, logits) => binaryCrossEntropy(masks, logits, { positiveWeight: 9 }),
    optimizer: tf.train.adam(1e-3),
    validation: heldOut,
    epochs,
    keep: 'last',
    observers: [
      {
        onEpoch(record) {
          const seconds = (performance.now() - started) / 1000;
          console.error(JSON.stringify({ ...record, seconds, tensors: tf.memory().numTensors }));
          if (record.epoch < from || record.epoch > to) return;
          probabilities.push(
            tf.tidy(() => (model.predict(heldOut.images) as tf.Tensor).sigmoid().dataSync() as Float32Array),
          );
        },
      },
    ],
  });
  const each = probabilities[0].length;
  const all = new Float32Array(each * probabilities.length);
  probabilities.forEach((values, index) => all.set(values, index * each));
  writeFileWhole(out, new Uint8Array(all.buffer));
  writeFileWhole(`${out}.json`, Buffer.from(JSON.stringify({ seed, epochs, from, to, size, records })));
}

void main();
