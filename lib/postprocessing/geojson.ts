import { writeFileWhole } from '../io/write-file';
import { requireGrid, requireSpacing } from '../metrics/grid';
import { maskPolygons, type Polygon, type Ring } from './polygons';

/** A position [x, y], and a closed line of them. */
type Position = [x: number, y: number];
type LinearRing = Position[];

export interface GeoJsonFeature {
  type: 'Feature';
  geometry:
    { type: 'Polygon'; coordinates: LinearRing[] } | { type: 'MultiPolygon'; coordinates: LinearRing[][] };
  properties: {
    /** QuPath's kind of object. */
    objectType: 'annotation' | 'detection';
    /** The label in the map. */
    label: number;
    /** QuPath's class. */
    classification?: { name: string; color?: readonly [red: number, green: number, blue: number] };
  };
}

export interface GeoJsonCollection {
  type: 'FeatureCollection';
  features: GeoJsonFeature[];
}

export interface GeoJsonOptions {
  /** What labels are called; a function for all of them. Default: no class. */
  names?: Readonly<Record<number, string>> | ((label: number) => string | undefined);
  /** Red, green and blue, 0 … 255, of labels that have a name. */
  colours?: Readonly<Record<number, readonly [number, number, number]>>;
  /** Default `'annotation'`; `'detection'` for many instances, which QuPath then draws faster. */
  objectType?: 'annotation' | 'detection';
  /** Distance of neighbours along rows' and columns' axes, such as µm; default 1: pixels. */
  spacing?: readonly [rows: number, columns: number];
  /** Where the middle of the first pixel lies [y, x]; default half the spacing, so that 0 is the image's corner. */
  origin?: readonly [y: number, x: number];
}

/**
 * The labels of a map as GeoJSON (RFC 7946), one feature a label with its polygons and their holes, as QuPath imports it.
 *
 * Outlines run through the middle between pixels of the label and others, and cut corners. x grows along the columns and
 * y along the rows, from the image's corner on.
 *
 * @param labels a label map or an instance map, row-major, 0 is background
 * @param shape [height, width]
 * @throws RangeError for a shape or a spacing that does not fit, and an origin that is not finite
 */
export function labelsToGeoJson(
  labels: ArrayLike<number>,
  shape: readonly number[],
  { names, colours, objectType = 'annotation', spacing, origin }: GeoJsonOptions = {},
): GeoJsonCollection {
  if (shape.length !== 2) {
    throw new RangeError(`labelsToGeoJson: got shape [${shape.join(', ')}]; expected [height, width]`);
  }
  requireGrid('labelsToGeoJson', labels, shape);
  const step = requireSpacing('labelsToGeoJson', shape, spacing);
  const [top, left] = origin ?? step.map((size) => size / 2);
  if (!Number.isFinite(top) || !Number.isFinite(left)) {
    throw new RangeError(`labelsToGeoJson: got origin [${top}, ${left}]; expected finite numbers, y and x`);
  }
  const nameOf = typeof names === 'function' ? names : (label: number) => names?.[label];
  const features = boxesOf(labels, shape[1]).map((box): GeoJsonFeature => {
    const { label } = box;
    const lineOf = (ring: Ring): LinearRing =>
      Array.from({ length: ring.length / 2 }, (_, at) => [
        left + step[1] * (box.left + ring[2 * at]),
        top + step[0] * (box.top + ring[2 * at + 1]),
      ]);
    const polygons = polygonsIn(labels, shape[1], box).map(({ outer, holes }) =>
      [outer, ...holes].map(lineOf),
    );
    const name = nameOf(label);
    const color = colours?.[label];
    return {
      type: 'Feature',
      geometry:
        polygons.length === 1
          ? { type: 'Polygon', coordinates: polygons[0] }
          : { type: 'MultiPolygon', coordinates: polygons },
      properties: {
        ...{ objectType, label },
        ...(name !== undefined && { classification: { name, ...(color && { color }) } }),
      },
    };
  });
  return { type: 'FeatureCollection', features };
}

/** Writes features to a file, beside and renamed. */
export function writeGeoJson(file: string, collection: GeoJsonCollection): void {
  writeFileWhole(file, Buffer.from(`${JSON.stringify(collection)}\n`));
}

interface LabelBox {
  label: number;
  top: number;
  left: number;
  bottom: number;
  right: number;
}

/** Where each label lies, in ascending order of the labels; ends are exclusive. */
function boxesOf(labels: ArrayLike<number>, width: number): LabelBox[] {
  const boxes = new Map<number, LabelBox>();
  for (let at = 0, row = 0, column = 0; at < labels.length; at++) {
    const label = labels[at];
    if (label !== 0) {
      const box = boxes.get(label);
      if (box === undefined) {
        boxes.set(label, { label, top: row, left: column, bottom: row + 1, right: column + 1 });
      } else {
        box.bottom = row + 1;
        if (column < box.left) box.left = column;
        else if (column >= box.right) box.right = column + 1;
      }
    }
    if (++column === width) [row, column] = [row + 1, 0];
  }
  return [...boxes.values()].sort((a, b) => a.label - b.label);
}

/** The polygons of a label in its box, from whose corner they are measured. */
function polygonsIn(
  labels: ArrayLike<number>,
  width: number,
  { label, top, left, bottom, right }: LabelBox,
): Polygon[] {
  const size = [bottom - top, right - left];
  const mask = new Uint8Array(size[0] * size[1]);
  for (let at = 0, row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      mask[at++] = labels[row * width + column] === label ? 1 : 0;
    }
  }
  return maskPolygons(mask, size);
}
