import { LayerSummary, ModelSummary, modelSummary, SummaryOptions } from '../nn/summary';
import type { tf } from '../runtime';
import { publish } from './bundle';
import { tableBundle } from './table';
import { formatNumber } from './text';

const MEBI = 2 ** 20;
const sides = (shape: readonly number[]) => shape.map(formatNumber).join(' × ');
const mebibytes = (bytes: number) => `${formatNumber(bytes / MEBI)} MiB`;

/** Shows `modelSummary` as a table: HTML in a notebook, aligned columns in a plain script. */
export function showSummary(model: tf.LayersModel, options: SummaryOptions = {}): void {
  publish(summaryBundle(modelSummary(model, options)));
}

/** The table of `showSummary` as text. */
export function summaryText(model: tf.LayersModel, options: SummaryOptions = {}): string {
  return summaryBundle(modelSummary(model, options)).data['text/plain'] as string;
}

function summaryBundle(summary: ModelSummary) {
  return tableBundle(summary.layers.map(row), { title: title(summary), limit: Infinity });
}

function row({ layer, kind, outputShape, parameters, macs, activationBytes, receptiveField }: LayerSummary) {
  return {
    layer,
    kind,
    output: sides(outputShape.slice(1)),
    parameters,
    'MACs (M)': macs === undefined ? undefined : macs / 1e6,
    'memory (MiB)': activationBytes / MEBI,
    'receptive field':
      receptiveField && (receptiveField.size.includes(Infinity) ? 'image' : sides(receptiveField.size)),
    stride: receptiveField && (receptiveField.size.includes(Infinity) ? '' : sides(receptiveField.stride)),
  };
}

function title({ name, inputShapes, totals, uncounted }: ModelSummary): string {
  const { parameters, trainable, macs, flops, activationBytes, parameterBytes } = totals;
  const unknown = uncounted.length > 0 ? ` without ${uncounted.join(', ')}` : '';
  return [
    `${name} at ${inputShapes.map(sides).join(', ')}`,
    `${formatNumber(parameters)} parameters (${formatNumber(trainable)} trainable, ${mebibytes(parameterBytes)})`,
    `${formatNumber(macs / 1e9)} GMAC = ${formatNumber(flops / 1e9)} GFLOP${unknown}`,
    `${mebibytes(activationBytes)} of activations`,
  ].join(' · ');
}
