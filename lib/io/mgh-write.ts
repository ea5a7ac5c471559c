import { writePieces } from './gzip-write';
import type { Samples, Volume } from './image';
import { MGH_FIELDS, MGH_VOXEL_OFFSET } from './mgh-header';
import { requireVolume, volumeBytes } from './volume-bytes';
import { spatialAxes } from './volume-geometry';

const TYPES: [new () => Samples, code: number][] = [
  [Uint8Array, 0],
  [Int32Array, 1],
  [Float32Array, 3],
  [Int16Array, 4],
  [Uint16Array, 10],
];

/**
 * Writes a volume as FreeSurfer's .mgh, or .mgz, which is the same in gzip; channels become frames. `readMgh` gives the
 * same back; spacings, directions and centre are rounded to float32.
 *
 * @throws RangeError where the name ends in neither .mgh nor .mgz, the number type is none of the format's, or sizes,
 *   data and affine do not fit each other
 */
export async function writeMgh(path: string, volume: Volume): Promise<void> {
  if (!/\.mg[hz]$/i.test(path)) {
    throw new RangeError(`writeMgh: got '${path}'; expected a name that ends in .mgh or .mgz`);
  }
  requireVolume('writeMgh', volume);
  await writePieces(path, piecesOf(headerOf(volume), volume));
}

function* piecesOf(header: Uint8Array, volume: Volume): Generator<Uint8Array> {
  yield header;
  yield* volumeBytes(volume, { bigEndian: true });
}

function headerOf({ data, shape, channels, affine }: Volume): Uint8Array {
  const type = TYPES.find(([array]) => data instanceof array);
  if (!type) {
    throw new RangeError(
      `writeMgh: got ${data.constructor.name}; expected one of ${TYPES.map(([array]) => array.name).join(', ')}`,
    );
  }
  const bytes = new Uint8Array(MGH_VOXEL_OFFSET);
  const view = new DataView(bytes.buffer);
  const dims = [...shape].reverse();
  view.setInt32(MGH_FIELDS.version, 1);
  [...dims, channels].forEach((size, axis) => view.setInt32(MGH_FIELDS.dims + 4 * axis, size));
  view.setInt32(MGH_FIELDS.type, type[1]);
  view.setInt16(MGH_FIELDS.goodRASFlag, 1);
  const floats = (at: number, values: number[]) =>
    values.forEach((value, index) => view.setFloat32(at + 4 * index, value));
  const { spacings, directions } = spatialAxes(affine);
  floats(MGH_FIELDS.delta, spacings);
  floats(MGH_FIELDS.Mdc, directions.flat());
  const [depth, height, width] = shape.map((size) => size / 2);
  const centre = [0, 4, 8].map(
    (row) => affine[row] * depth + affine[row + 1] * height + affine[row + 2] * width + affine[row + 3],
  );
  floats(MGH_FIELDS.Pxyz_c, centre);
  return bytes;
}
