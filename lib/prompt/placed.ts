/** Rows of samples at the top left of a larger frame of zeros. */
export function placed(
  values: Float32Array,
  inner: readonly number[],
  outer: readonly number[],
  channels: number,
): Float32Array {
  const result = new Float32Array(outer[0] * outer[1] * channels);
  const length = inner[1] * channels;
  for (let row = 0; row < inner[0]; row++) {
    result.set(values.subarray(row * length, (row + 1) * length), row * outer[1] * channels);
  }
  return result;
}
