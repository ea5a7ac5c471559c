/**
 * Predicts a TIFF file and prints the most resident bytes that this process took:
 * `large-tiff.ts <input> <output>`.
 */
import { predictTiff, tf } from '../../lib';

async function main([input, output]: string[]): Promise<void> {
  const predict = (batch: tf.Tensor) => tf.div(batch, 255);
  await predictTiff(input, output, predict, { window: [512, 512], overlap: 0.25 });
  console.log(process.resourceUsage().maxRSS * 1024);
}

void main(process.argv.slice(2));
