/** The part of an image that is seen: rows and columns, fractions of them, from the edge of the first on. */
export interface Seen {
  top: number;
  left: number;
  rows: number;
  columns: number;
}

/** What of an image is on the stage, which has the image's proportions. */
export interface ImageView {
  seen: Seen;
  /** 1 where all of the image is seen. */
  zoom: number;
  /** The largest zoom. */
  most: number;
  /** Shows all of an image. */
  reset(height: number, width: number): void;
  /** Enlarges by a factor; the pixel stays where it is on the stage. */
  zoomBy(factor: number, row: number, column: number): void;
  moveBy(rows: number, columns: number): void;
  /** Moves no more than it must for a pixel to be seen, and a few around it. */
  reveal(row: number, column: number): void;
}

/**
 * Zooms and moves, always within the image.
 *
 * Runs in the page, not here; see `annotationPage`.
 */
export function imageView(): ImageView {
  /** Pixels of the shorter side at the largest zoom. */
  const FEWEST = 8;
  /** Share of what is seen that is kept around a pixel. */
  const AROUND = 0.1;
  let [height, width] = [1, 1];
  const place = (from: number, length: number, size: number) => Math.min(Math.max(from, 0), size - length);
  const look = (top: number, left: number) => {
    const [rows, columns] = [height / view.zoom, width / view.zoom];
    view.seen = { top: place(top, rows, height), left: place(left, columns, width), rows, columns };
  };
  const view: ImageView = {
    seen: { top: 0, left: 0, rows: 1, columns: 1 },
    zoom: 1,
    most: 1,
    reset(newHeight, newWidth) {
      [height, width] = [newHeight, newWidth];
      view.most = Math.max(1, Math.min(height, width) / FEWEST);
      view.zoom = 1;
      look(0, 0);
    },
    zoomBy(factor, row, column) {
      const { top, left, rows, columns } = view.seen;
      view.zoom = Math.min(Math.max(view.zoom * factor, 1), view.most);
      // Pixels have their middles at whole numbers, and their edges half a pixel before.
      look(
        row + 0.5 - ((row + 0.5 - top) / rows) * (height / view.zoom),
        column + 0.5 - ((column + 0.5 - left) / columns) * (width / view.zoom),
      );
    },
    moveBy(rows, columns) {
      look(view.seen.top + rows, view.seen.left + columns);
    },
    reveal(row, column) {
      const { top, left, rows, columns } = view.seen;
      const moved = (from: number, length: number, middle: number) => {
        const around = AROUND * length + 0.5;
        return Math.max(Math.min(from, middle - around), middle + around - length);
      };
      look(moved(top, rows, row + 0.5), moved(left, columns, column + 0.5));
    },
  };
  return view;
}
