import { tf } from '../../lib/runtime';

/** Layers of BasicUNet (depth 2) in the order in which PyTorch lists the golden network's parameters. */
const LAYERS = [
  'input_conv1',
  'input_conv2',
  'down1_conv1',
  'down1_conv2',
  'bottleneck_conv1',
  'bottleneck_conv2',
  'bottleneck_up',
  'up1_up',
  'up1_conv1',
  'up1_conv2',
  'output_conv1',
  'output_conv2',
  'output_logits',
];

/** The golden's formula: value i of parameter p is sin(0.7·i + p) / 5 + offset. */
function filled(shape: number[], parameter: number, offset: number): tf.Tensor {
  const values = Float32Array.from(
    { length: tf.util.sizeFromShape(shape) },
    (_, index) => Math.sin(0.7 * index + parameter) / 5 + offset,
  );
  return tf.tensor(values, shape);
}

/** Gives a depth-2 BasicUNet the weights that tests/goldens/pytorch.py gives its PyTorch twin. */
export function fillAsPyTorch(model: tf.LayersModel): void {
  let parameter = 0;
  tf.tidy(() => {
    for (const name of LAYERS) {
      const layer = model.getLayer(name);
      const [kernel, bias] = layer.getWeights();
      const [height, width, a, b] = kernel.shape as [number, number, number, number];
      // [out, in, kh, kw] → [kh, kw, in, out]; transposed: [in, out, kh, kw] → [kh, kw, out, in]
      const pytorchKernel = filled([b, a, height, width], parameter++, 0);
      layer.setWeights([pytorchKernel.transpose([2, 3, 1, 0]), filled(bias.shape, parameter++, 0)]);
      if (name === 'output_logits') continue;
      const channels = bias.shape;
      model
        .getLayer(`${name}_bn`)
        .setWeights([1, 0, 0, 1].map((offset) => filled(channels, parameter++, offset)));
    }
  });
}
