import type { ReadEdge } from './sample-rows';
import type { Source } from './source';

/** Bilinear interpolation at a row of positions; the loop keeps to places with all four samples inside. */
export function readLinear2(
  { data, shape: [height, width], channels, padding }: Source,
  positions: readonly Float64Array[],
  count: number,
  target: Float32Array,
  at: number,
  readEdge: ReadEdge,
): void {
  const [ys, xs] = positions;
  const [lastY, lastX] = [height - 1, width - 1];
  const below = width * channels;
  for (let index = 0, to = at; index < count; index++) {
    const y = ys[index] + padding;
    const x = xs[index] + padding;
    if (!(y >= 0 && y < lastY && x >= 0 && x < lastX)) {
      readEdge(positions, index, target, to);
      to += channels;
      continue;
    }
    const row = y | 0;
    const column = x | 0;
    const down = y - row;
    const right = x - column;
    let from = (row * width + column) * channels;
    for (let channel = 0; channel < channels; channel++, from++) {
      const upper = data[from] + right * (data[from + channels] - data[from]);
      const lower = data[from + below] + right * (data[from + below + channels] - data[from + below]);
      target[to++] = upper + down * (lower - upper);
    }
  }
}

/** Trilinear interpolation, likewise. */
export function readLinear3(
  { data, shape: [depth, height, width], channels, padding }: Source,
  positions: readonly Float64Array[],
  count: number,
  target: Float32Array,
  at: number,
  readEdge: ReadEdge,
): void {
  const [zs, ys, xs] = positions;
  const [lastZ, lastY, lastX] = [depth - 1, height - 1, width - 1];
  const below = width * channels;
  const behind = height * below;
  for (let index = 0, to = at; index < count; index++) {
    const z = zs[index] + padding;
    const y = ys[index] + padding;
    const x = xs[index] + padding;
    if (!(z >= 0 && z < lastZ && y >= 0 && y < lastY && x >= 0 && x < lastX)) {
      readEdge(positions, index, target, to);
      to += channels;
      continue;
    }
    const slice = z | 0;
    const row = y | 0;
    const column = x | 0;
    const back = z - slice;
    const down = y - row;
    const right = x - column;
    let a = ((slice * height + row) * width + column) * channels;
    for (let channel = 0; channel < channels; channel++, a++) {
      const b = a + below;
      const c = a + behind;
      const d = c + below;
      const front = data[a] + right * (data[a + channels] - data[a]);
      const frontLower = data[b] + right * (data[b + channels] - data[b]);
      const rear = data[c] + right * (data[c + channels] - data[c]);
      const rearLower = data[d] + right * (data[d + channels] - data[d]);
      const near = front + down * (frontLower - front);
      target[to++] = near + back * (rear + down * (rearLower - rear) - near);
    }
  }
}
