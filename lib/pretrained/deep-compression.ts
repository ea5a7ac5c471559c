import type { StateDict } from '../io/torch/state-dict';

/** A convolution whose weights the file holds, in its order. */
export interface CompressedLayer {
  name: string;
  /** [outputs, inputs, height, width] */
  shape: readonly [number, number, number, number];
}

/** 8 bits a weight: an index of the codebook. */
const CODEBOOK = 256;

/**
 * Unpacks a network of convolutions that Deep Compression has packed (Han et al. 2016): most weights are 0, and the others
 * share 256 values. A layer is its codebook (256 float32, the first 0), its biases (float32), and for each weight that is
 * stored one byte, its place in the codebook, then half a byte, the zeros before it. Where more than 15 zeros stand in a
 * row, some weights are stored as 0. All numbers of weights stored (uint32) come first. Little-endian.
 *
 * Source: `decode.py` of SqueezeNet-Deep-Compression (S. Han)
 *
 * @param file what errors call it
 * @returns `<name>.weight` [outputs, inputs, height, width] and `<name>.bias` [outputs]
 * @throws Error naming file, layer, what was got and what was expected, where the bytes are not those of such a network
 */
export function decodeDeepCompression(
  bytes: Uint8Array,
  layers: readonly CompressedLayer[],
  file: string,
): StateDict {
  const refuse = (place: string, got: string, expected: string): never => {
    throw new Error(`decodeDeepCompression: ${file}: ${place}: got ${got}; expected ${expected}`);
  };
  let offset = 0;
  const take = (length: number, place: string): DataView => {
    if (offset + length > bytes.length) {
      refuse(place, `${bytes.length - offset} bytes left`, `${length} from offset ${offset} on`);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset + offset, length);
    offset += length;
    return view;
  };
  const floats = (count: number, place: string): Float32Array => {
    const view = take(4 * count, place);
    return Float32Array.from({ length: count }, (_, index) => view.getFloat32(4 * index, true));
  };

  const header = take(4 * layers.length, 'numbers of weights stored');
  const decoded: StateDict = Object.create(null);
  layers.forEach(({ name, shape }, index) => {
    const size = shape.reduce((product, side) => product * side, 1);
    const stored = header.getUint32(4 * index, true);
    if (stored > size) refuse(name, `${stored} weights stored`, `at most its ${size}`);
    const codebook = floats(CODEBOOK, `${name}, codebook`);
    const bias = floats(shape[0], `${name}, biases`);
    const codes = take(stored, `${name}, codes`);
    const gaps = take(Math.ceil(stored / 2), `${name}, gaps`);
    const values = new Float32Array(size).fill(codebook[0]);
    for (let weight = 0, at = -1; weight < stored; weight++) {
      const pair = gaps.getUint8(weight >> 1);
      at += 1 + (weight % 2 === 0 ? pair & 15 : pair >> 4);
      if (at >= size) refuse(name, `a weight at place ${at}`, `places below ${size}`);
      values[at] = codebook[codes.getUint8(weight)];
    }
    decoded[`${name}.weight`] = { shape: [...shape], values };
    decoded[`${name}.bias`] = { shape: [shape[0]], values: bias };
  });
  if (offset < bytes.length) {
    refuse(`offset ${offset}`, `${bytes.length - offset} more bytes`, 'the end of the file');
  }
  return decoded;
}
