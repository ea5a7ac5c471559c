/**
 * Seconds of each training step or prediction of a network, and the peak memory (resident, or the GPU's), as one JSON
 * line: the twin of `networks_torch.py`.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import {
  Adam,
  BasicUNet,
  binaryCrossEntropy,
  recomputed,
  runtimeInfo,
  setSeed,
  tf,
  trainStep,
  UNet,
  VNet,
} from '../../lib';
import { nativeBackend } from '../../lib/runtime/native/operation';

const { values } = parseArgs({
  options: {
    network: { type: 'string', default: 'unet2d' },
    mode: { type: 'string', default: 'training' },
    base: { type: 'string', default: '64' },
    depth: { type: 'string', default: '2' },
    batch: { type: 'string', default: '8' },
    size: { type: 'string', default: '128' },
    channels: { type: 'string', default: '1' },
    runs: { type: 'string', default: '8' },
    device: { type: 'string', default: 'cpu' },
    recompute: { type: 'boolean', default: false },
  },
});
const [base, depth, batch, size, channels, runs] = (
  ['base', 'depth', 'batch', 'size', 'channels', 'runs'] as const
).map((name) => Number(values[name]));

const NETWORKS: Record<string, () => tf.LayersModel> = {
  unet2d: () => new BasicUNet({ inputChannels: channels, baseChannels: base, numBlocks: depth }),
  unet3d: () =>
    new UNet({
      dimensions: 3,
      inputChannels: channels,
      baseChannels: base,
      numBlocks: depth,
      normalization: 'batch',
      activation: 'relu',
    }),
  vnet: () => new VNet({ inputChannels: channels, dropout: 0 }),
};

const onGpu = nativeBackend()?.isUsingGpuDevice ?? false;
if (onGpu !== (values.device === 'cuda'))
  throw new Error(
    `network: computes on ${runtimeInfo().device}; expected what --device ${values.device} says`,
  );

/** MiB in use; TensorFlow gives nothing back before it ends. */
function gpuMemory(): number {
  const { CUDA_VISIBLE_DEVICES: gpu } = process.env;
  const query = [`--id=${gpu}`, '--query-gpu=memory.used', '--format=csv,noheader,nounits'];
  return Number(execFileSync('nvidia-smi', query, { encoding: 'utf8' }));
}

setSeed(0);
const model = NETWORKS[values.network]();
const sides = Array<number>(model.inputs[0].shape.length - 2).fill(size);
const optimizer = new Adam({ learningRate: 1e-3 });
const uniform = (shape: number[]) => tf.randomUniform(shape as [number, number, number, number]);
const images = uniform([batch, ...sides, channels]);
const masks = tf.tidy(() =>
  uniform([batch, ...sides, 1])
    .less(0.22)
    .toFloat(),
);

const RUN: Record<string, () => void> = {
  training() {
    const step = () =>
      trainStep(model, optimizer, (y, x) => binaryCrossEntropy(y, x, { positiveWeight: 9 }), {
        images,
        masks,
      });
    if (values.recompute) recomputed(step);
    else step();
  },
  inference() {
    tf.tidy(() => (model.predict(images) as tf.Tensor).sum().dataSync());
  },
};
const seconds: number[] = [];
for (let run = 0; run < runs; run++) {
  const started = performance.now();
  RUN[values.mode]();
  seconds.push((performance.now() - started) / 1000);
}
const parameters = model.trainableWeights.reduce(
  (sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]),
  0,
);
const peakMiB = onGpu ? gpuMemory() : process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ seconds, peakMiB, parameters, version: runtimeInfo().tensorflow }));
