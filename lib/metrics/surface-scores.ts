import { DirectedDistances, SurfaceDirection, SurfaceDistances } from './surface-distances';

/** How a score of surfaces is read from their distances. */
export interface SurfaceScoreOptions {
  /** Default `'both'`. */
  direction?: SurfaceDirection;
}

export interface HausdorffOptions extends SurfaceScoreOptions {
  /** In (0, 100]: 100 (default) for the largest distance, 95 for HD95. */
  percentile?: number;
}

/**
 * Hausdorff distance max(h(P, T), h(T, P)), where h(A, B) is the largest distance from a part of surface A to surface
 * B, or a percentile of these distances, which single stray voxels do not decide (Huttenlocher et al. 1993).
 *
 * The percentile of `'voxels'` is interpolated between the two nearest ranks (MONAI, torch.quantile); that of
 * `'elements'` is the distance within which that share of the length or area lies (DeepMind's robust Hausdorff).
 *
 * @returns in the unit of the spacing; Infinity where one mask is empty, NaN where both are
 * @throws RangeError for a percentile outside (0, 100] or an unknown direction
 */
export function hausdorffDistance(
  distances: SurfaceDistances,
  { percentile = 100, direction = 'both' }: HausdorffOptions = {},
): number {
  if (!(percentile > 0 && percentile <= 100)) {
    throw new RangeError(`hausdorffDistance: got percentile ${percentile}; expected above 0 and at most 100`);
  }
  const lists = listsOf('hausdorffDistance', distances, direction);
  const degenerate = scoreOfEmpty(distances);
  if (degenerate !== undefined) return degenerate;
  const quantile = distances.surface === 'voxels' ? interpolatedQuantile : weightedQuantile;
  return Math.max(
    ...lists.map((list) => (percentile === 100 ? largest(list) : quantile(list, percentile / 100))),
  );
}

/**
 * Mean distance from the parts of one surface to the other surface, weighted by their sizes: Σ sᵢ·dᵢ / Σ sᵢ. With
 * direction `'both'` over the parts of both surfaces together: the average symmetric surface distance (ASSD).
 *
 * @returns in the unit of the spacing; Infinity where one mask is empty, NaN where both are
 * @throws RangeError for an unknown direction
 */
export function averageSurfaceDistance(
  distances: SurfaceDistances,
  { direction = 'both' }: SurfaceScoreOptions = {},
): number {
  const lists = listsOf('averageSurfaceDistance', distances, direction);
  const degenerate = scoreOfEmpty(distances);
  if (degenerate !== undefined) return degenerate;
  return total(lists, (distance) => distance) / total(lists, () => 1);
}

/**
 * Surface Dice at a tolerance, or normalised surface distance (Nikolov et al. 2018): the share of both surfaces, by
 * size, that lies within the tolerance of the other one, Σ_{dᵢ ≤ tolerance} sᵢ / Σ sᵢ. With one direction the share
 * of that surface.
 *
 * @param tolerance in the unit of the spacing
 * @returns in [0, 1]; 0 where one mask is empty, NaN where both are
 * @throws RangeError for a tolerance that is not finite and ≥ 0, or an unknown direction
 */
export function surfaceDice(
  distances: SurfaceDistances,
  tolerance: number,
  { direction = 'both' }: SurfaceScoreOptions = {},
): number {
  if (!(tolerance >= 0 && tolerance < Infinity)) {
    throw new RangeError(`surfaceDice: got tolerance ${tolerance}; expected a finite distance of at least 0`);
  }
  const lists = listsOf('surfaceDice', distances, direction);
  const degenerate = scoreOfEmpty(distances);
  if (degenerate !== undefined) return Number.isNaN(degenerate) ? NaN : 0;
  return total(lists, (distance) => (distance <= tolerance ? 1 : 0)) / total(lists, () => 1);
}

function listsOf(
  owner: string,
  distances: SurfaceDistances,
  direction: SurfaceDirection,
): DirectedDistances[] {
  const { predictionToTruth, truthToPrediction } = distances;
  switch (direction) {
    case 'both':
      return [predictionToTruth, truthToPrediction];
    case 'predictionToTruth':
      return [predictionToTruth];
    case 'truthToPrediction':
      return [truthToPrediction];
    default:
      throw new RangeError(
        `${owner}: got direction '${direction}'; expected 'both', 'predictionToTruth' or 'truthToPrediction'`,
      );
  }
}

/** The distance that masks without a surface have, in any direction; undefined where both have one. */
function scoreOfEmpty({ predictionToTruth, truthToPrediction }: SurfaceDistances): number | undefined {
  const parts = [predictionToTruth, truthToPrediction].map((list) => list.distances.length);
  if (parts.every((count) => count === 0)) return NaN;
  return parts.includes(0) ? Infinity : undefined;
}

function total(lists: readonly DirectedDistances[], weight: (distance: number) => number): number {
  let sum = 0;
  for (const { distances, sizes } of lists) {
    for (let index = 0; index < distances.length; index++) sum += weight(distances[index]) * sizes[index];
  }
  return sum;
}

const largest = ({ distances }: DirectedDistances) => distances.reduce((a, b) => Math.max(a, b), 0);

/** Between the values at ranks ⌊r⌋ and ⌈r⌉ of the sorted distances, r = share·(n − 1). */
function interpolatedQuantile({ distances }: DirectedDistances, share: number): number {
  const sorted = distances.slice().sort();
  const rank = share * (sorted.length - 1);
  const below = sorted[Math.floor(rank)];
  return below + (rank - Math.floor(rank)) * (sorted[Math.ceil(rank)] - below);
}

/** The smallest distance d such that the parts with dᵢ ≤ d hold the share of all sizes. */
function weightedQuantile({ distances, sizes }: DirectedDistances, share: number): number {
  const order = Uint32Array.from(distances, (_, index) => index).sort((a, b) => distances[a] - distances[b]);
  const all = sizes.reduce((a, b) => a + b, 0);
  let sum = 0;
  for (const index of order) {
    sum += sizes[index];
    if (sum / all >= share) return distances[index];
  }
  return distances[order[order.length - 1]];
}
