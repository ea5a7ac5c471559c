import { readFile } from 'node:fs/promises';
import { loadWeights } from '../checkpoints/load-weights';
import { ensureDataset } from '../datasets/ensure';
import { SqueezeNet, type SqueezeNetOutput } from '../nn/models/squeezenet';
import { decodeDeepCompression, type CompressedLayer } from './deep-compression';

/** SqueezeNet's convolutions in the order of the authors' file. */
export function squeezeNetLayers(): CompressedLayer[] {
  const layers: CompressedLayer[] = [{ name: 'conv1', shape: [96, 3, 7, 7] }];
  let inputs = 96;
  [16, 16, 32, 32, 48, 48, 64, 64].forEach((squeezed, index) => {
    const name = `fire${index + 2}`;
    const expanded = 4 * squeezed;
    layers.push(
      { name: `${name}_squeeze`, shape: [squeezed, inputs, 1, 1] },
      { name: `${name}_expand1`, shape: [expanded, squeezed, 1, 1] },
      { name: `${name}_expand3`, shape: [expanded, squeezed, 3, 3] },
    );
    inputs = 2 * expanded;
  });
  return [...layers, { name: 'conv10', shape: [1000, inputs, 1, 1] }];
}

/**
 * SqueezeNet 1.0 as its authors trained it on ImageNet: for images [B, 227, 227, 3] whose channels are blue, green, red,
 * 0…255, less their means 104, 117, 123.
 *
 * @throws DataError where the weights cannot be had, or are damaged
 */
export async function pretrainedSqueezeNet(outputs?: readonly SqueezeNetOutput[]): Promise<SqueezeNet> {
  const name = 'compressed_SqueezeNet.net';
  const { paths } = await ensureDataset('squeezenet', { files: [name] });
  const [file] = Object.values(paths);
  const weights = decodeDeepCompression(await readFile(file), squeezeNetLayers(), file);
  const model = new SqueezeNet({ outputs, initialWeights: 'zeros' });
  loadWeights(model, weights, { strict: outputs === undefined || outputs.includes('logits') });
  return model;
}
