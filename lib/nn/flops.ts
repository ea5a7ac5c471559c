import type { LayerCall } from './summary-graph';

/**
 * Multiply-accumulates (MAC): what convolutions and matrix products consist of, a product added to a sum. The
 * library's one convention: **1 MAC = 2 FLOPs**, and only these operations count, as in PyTorch's
 * `torch.utils.flop_counter.FlopCounterMode`. Biases, normalisation, activations, pooling and resampling are left
 * out: they take a few percent of the arithmetic of a network, though more of its time, for they wait for memory.
 */
export const FLOPS_PER_MAC = 2;

const product = (values: readonly (number | null)[]) =>
  values.reduce<number>((all, value) => all * (value ?? 1), 1);

/** Where a layer uses each weight of its kernels once: at every position of its output or of its input. */
const POSITIONS: Record<string, 'inputs' | 'outputs'> = {
  Conv1D: 'outputs',
  Conv2D: 'outputs',
  Conv3D: 'outputs',
  DepthwiseConv2D: 'outputs',
  SeparableConv2D: 'outputs',
  Conv2DTranspose: 'inputs',
  Conv3DTranspose: 'inputs',
  Dense: 'inputs',
};

/**
 * Multiply-accumulates of one use of a layer, for the whole batch: positions · weights of its kernels.
 *
 * @returns undefined for a layer that multiplies by a matrix in a way that is not known here (recurrent, attention)
 */
export function macsOf(call: LayerCall): number | undefined {
  // Weights of rank 1 scale and shift; those of higher rank are kernels, but for the slopes of PReLU.
  const kernels = call.layer.weights.filter((weight) => weight.shape.length > 1);
  const kind = call.layer.getClassName();
  const where = POSITIONS[kind];
  if (where === undefined) return kernels.length === 0 || kind === 'PReLU' ? 0 : undefined;
  const weights = kernels.map(({ shape }) => product(shape)).reduce((sum, size) => sum + size, 0);
  return product(call[where][0].shape.slice(0, -1)) * weights;
}
