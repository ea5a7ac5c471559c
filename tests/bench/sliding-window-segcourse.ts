/** Seconds of each pass over a volume and the peak memory, as one JSON line: the twin of `sliding_window_monai.py`. */
import { parseArgs } from 'node:util';
import { runtimeInfo, setSeed, slidingWindow, UNet } from '../../lib';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '256' },
    window: { type: 'string', default: '96' },
    overlap: { type: 'string', default: '0.25' },
    base: { type: 'string', default: '16' },
    depth: { type: 'string', default: '3' },
    batch: { type: 'string', default: '1' },
    runs: { type: 'string', default: '2' },
  },
});
const [size, window, overlap, base, depth, batch, runs] = (
  ['size', 'window', 'overlap', 'base', 'depth', 'batch', 'runs'] as const
).map((name) => Number(values[name]));

async function main(): Promise<void> {
  setSeed(0);
  const model = new UNet({
    dimensions: 3,
    inputChannels: 1,
    baseChannels: base,
    numBlocks: depth,
    normalization: 'batch',
    activation: 'relu',
  });
  const data = Float32Array.from({ length: size ** 3 }, (_, index) => Math.sin(index));
  const volume = { data, shape: [size, size, size], channels: 1 };
  const seconds: number[] = [];
  let windows = 0;
  for (let run = 0; run < runs; run++) {
    const started = performance.now();
    await slidingWindow(volume, (images) => model.predict(images), {
      window: [window, window, window],
      overlap,
      tiling: 'monai',
      batchSize: batch,
      onProgress: ({ total }) => (windows = total),
    });
    seconds.push((performance.now() - started) / 1000);
  }
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  console.log(
    JSON.stringify({ seconds, peakMiB, windows, version: `TensorFlow ${runtimeInfo().tensorflow}` }),
  );
}

void main();
