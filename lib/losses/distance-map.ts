import { distanceTransform } from '../metrics/distance-transform';
import { tf } from '../runtime';

/**
 * A map of each mask, from the distances of its pixels.
 *
 * Shape: values [B, …, C] → [B, …, C]; 0 in masks that are empty or full, which have no boundary, and in channels
 * of weight 0
 *
 * @param values above 0.5 inside of the mask
 * @param spacing distance of neighbours along each spatial axis
 * @param map of an inner pixel's distance to the nearest outer one, 0 outside, and of an outer pixel's to the nearest
 *   inner one, 0 inside
 */
export function distanceMap(
  values: tf.Tensor,
  spacing: readonly number[],
  weights: readonly number[] | undefined,
  map: (inside: number, outside: number) => number,
): tf.Tensor {
  const [images, ...spatial] = values.shape;
  const channels = spatial.pop()!;
  const pixels = spatial.reduce((product, size) => product * size, 1);
  const source = values.dataSync();
  const result = new Float32Array(source.length);
  const mask = new Uint8Array(pixels);
  const rest = new Uint8Array(pixels);
  for (let image = 0; image < images; image++) {
    for (let channel = 0; channel < channels; channel++) {
      if (weights?.[channel] === 0) continue;
      const start = image * pixels * channels + channel;
      let count = 0;
      for (let pixel = 0; pixel < pixels; pixel++) {
        mask[pixel] = source[start + pixel * channels] > 0.5 ? 1 : 0;
        rest[pixel] = 1 - mask[pixel];
        count += mask[pixel];
      }
      if (count === 0 || count === pixels) continue;
      const inside = distanceTransform(mask, spatial, spacing);
      const outside = distanceTransform(rest, spatial, spacing);
      for (let pixel = 0; pixel < pixels; pixel++) {
        result[start + pixel * channels] = map(inside[pixel], outside[pixel]);
      }
    }
  }
  return tf.tensor(result, values.shape);
}
