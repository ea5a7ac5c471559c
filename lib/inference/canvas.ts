import { foldIndex, type Border } from '../transforms/spatial/borders';

/** What lies beyond an image that is smaller than the window, by NumPy's names: `reflect` does not repeat the edge. */
export type Padding = 'constant' | 'edge' | 'reflect' | 'wrap';

const BORDER_OF: Record<Padding, Border> = {
  constant: 'grid-constant',
  edge: 'nearest',
  reflect: 'mirror',
  wrap: 'grid-wrap',
};

/** One axis of what windows are laid over: the region, and as much around it as the window is larger. */
export interface CanvasAxis {
  size: number;
  /** Samples of the image at the canvas's places; −1 where there is none. */
  indices: Int32Array;
  /** Where the region lies on the canvas. */
  region: { start: number; size: number };
}

/**
 * A region smaller than the window takes what lies around it in the image, evenly; an image smaller than the window is
 * padded, by one sample more at its end where the difference is odd.
 */
export function canvasAxis(
  image: number,
  region: { start: number; size: number },
  window: number,
  padding: Padding,
): CanvasAxis {
  const taken = Math.max(region.size, Math.min(window, image));
  const wanted = region.start - Math.floor((taken - region.size) / 2);
  const start = Math.min(Math.max(0, wanted), image - taken);
  const size = Math.max(taken, window);
  const before = Math.floor((size - taken) / 2);
  const indices = Int32Array.from({ length: size }, (_, place) =>
    place < before || place >= before + taken
      ? foldIndex(start + place - before, image, BORDER_OF[padding])
      : start + place - before,
  );
  return { size, indices, region: { start: region.start - start + before, size: region.size } };
}
