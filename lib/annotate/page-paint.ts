import type { Seen } from './page-view';

/** What the page shows of an object: its colour, and its mask as lengths of runs, row by row, from outside on. */
export interface PaintedObject {
  colour: string;
  runs: readonly number[];
}

/** What the widget draws. */
export interface PaintedScene {
  picture: HTMLImageElement;
  height: number;
  width: number;
  seen: Seen;
  objects: readonly PaintedObject[];
  draft: PaintedObject & {
    points: readonly { row: number; column: number; label?: string }[];
    box?: { top: number; left: number; bottom: number; right: number };
  };
  /** The cursor of the keyboard. */
  cursor?: { row: number; column: number };
}

/**
 * Draws what is seen of the picture, the masks over it with their borders, and the prompts, sharp at the screen's own
 * resolution. Masks are put together when they change, not when the view moves.
 *
 * Runs in the page, not here; see `annotationPage`.
 */
export function scenePainter(canvas: HTMLCanvasElement): (scene: PaintedScene) => void {
  interface Masks {
    objects: PaintedScene['objects'];
    runs: readonly number[];
    colour: string;
    layer: HTMLCanvasElement;
    borders: { colour: string; path: Path2D }[];
  }
  let masks: Masks | undefined;

  const putTogether = ({ height, width, objects, draft }: PaintedScene): Masks => {
    const { runs, colour } = draft;
    if (masks?.objects === objects && masks.runs === runs && masks.colour === colour) return masks;
    const all = [...objects, draft];
    const labels = new Uint16Array(width * height);
    all.forEach((object, index) => {
      let at = 0;
      object.runs.forEach((length, run) => {
        // The one in work is seen whole; of the others, a pixel belongs to the first.
        if (run % 2 === 1) {
          for (let pixel = at; pixel < at + length; pixel++) {
            if (labels[pixel] === 0 || index === all.length - 1) labels[pixel] = index + 1;
          }
        }
        at += length;
      });
    });
    const colours = all.map((object) => parseInt(object.colour.slice(1), 16));
    const borders = all.map((object) => ({ colour: object.colour, path: new Path2D() }));
    const overlay = new ImageData(width, height);
    for (let at = 0; at < labels.length; at++) {
      const label = labels[at];
      if (label === 0) continue;
      const bytes = colours[label - 1];
      overlay.data[4 * at] = bytes >> 16;
      overlay.data[4 * at + 1] = (bytes >> 8) & 255;
      overlay.data[4 * at + 2] = bytes & 255;
      overlay.data[4 * at + 3] = 100;
      const [row, column, { path }] = [Math.floor(at / width), at % width, borders[label - 1]];
      const line = (fromColumn: number, fromRow: number, toColumn: number, toRow: number) => {
        path.moveTo(fromColumn, fromRow);
        path.lineTo(toColumn, toRow);
      };
      // The image's own border is no edge of an object.
      if (row > 0 && labels[at - width] !== label) line(column, row, column + 1, row);
      if (row < height - 1 && labels[at + width] !== label) line(column, row + 1, column + 1, row + 1);
      if (column > 0 && labels[at - 1] !== label) line(column, row, column, row + 1);
      if (column < width - 1 && labels[at + 1] !== label) line(column + 1, row, column + 1, row + 1);
    }
    const layer = document.createElement('canvas');
    [layer.width, layer.height] = [width, height];
    layer.getContext('2d')!.putImageData(overlay, 0, 0);
    return { objects, runs, colour, layer, borders };
  };

  return (scene) => {
    const { picture, seen, draft, cursor } = scene;
    const bounds = canvas.getBoundingClientRect();
    if (bounds.width === 0) return;
    masks = putTogether(scene);
    const density = devicePixelRatio || 1;
    canvas.width = Math.round(bounds.width * density);
    canvas.height = Math.round(bounds.height * density);
    const context = canvas.getContext('2d')!;
    const [across, down] = [canvas.width / seen.columns, canvas.height / seen.rows];
    context.setTransform(across, 0, 0, down, -seen.left * across, -seen.top * down);
    context.imageSmoothingEnabled = across < 1;
    context.drawImage(picture, 0, 0);
    context.drawImage(masks.layer, 0, 0);
    context.lineCap = 'square';
    context.lineWidth = (2 * density) / across;
    for (const { colour, path } of masks.borders) {
      context.strokeStyle = colour;
      context.stroke(path);
    }
    context.resetTransform();

    const x = (column: number) => (column + 0.5 - seen.left) * across;
    const y = (row: number) => (row + 0.5 - seen.top) * down;
    /** A line that is seen on dark and on light ground. */
    const stroke = (colour: string, thickness: number) => {
      context.lineWidth = (thickness + 2) * density;
      context.strokeStyle = '#000';
      context.stroke();
      context.lineWidth = thickness * density;
      context.strokeStyle = colour;
      context.stroke();
    };
    if (draft.box) {
      const { top, left, bottom, right } = draft.box;
      context.beginPath();
      context.rect(x(left - 0.5), y(top - 0.5), (right - left + 1) * across, (bottom - top + 1) * down);
      stroke('#fff', 1.5);
    }
    for (const { row, column, label } of draft.points) {
      const [left, top, arm] = [x(column), y(row), 4 * density];
      context.beginPath();
      context.arc(left, top, 8 * density, 0, 2 * Math.PI);
      context.fillStyle = label === 'negative' ? '#b3261e' : '#00664c';
      context.fill();
      stroke('#fff', 1.5);
      context.beginPath();
      context.moveTo(left - arm, top);
      context.lineTo(left + arm, top);
      if (label !== 'negative') {
        context.moveTo(left, top - arm);
        context.lineTo(left, top + arm);
      }
      context.stroke();
    }
    if (cursor) {
      const [left, top, near, far] = [x(cursor.column), y(cursor.row), 11 * density, 20 * density];
      context.beginPath();
      for (const [dx, dy] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ]) {
        context.moveTo(left + dx * near, top + dy * near);
        context.lineTo(left + dx * far, top + dy * far);
      }
      stroke('#fff', 1.5);
    }
  };
}
