import { displayable, type Displayable } from './bundle';
import { playerBundle, type Frame } from './frames';

export interface AnimationOptions {
  title: string;
  /** Milliseconds a frame at normal speed. Default 600. */
  interval?: number;
  /** The frame shown at first, and in viewers that run no scripts: its index. Default 0. */
  start?: number;
}

/**
 * Pictures to play and to step through, with buttons or the arrow keys. As a cell's last expression it draws itself. It
 * needs no kernel afterwards, in JupyterLab and in exported HTML; viewers without scripts show one frame. It never starts
 * by itself.
 *
 * @throws Error for fewer than two frames, an interval that is not positive, and a start outside the frames; while it is
 * drawn, for a picture that is no SVG of a known size and for more than 24 MiB
 */
export function animation(frames: readonly Frame[], options: AnimationOptions): Displayable {
  const { title, interval = 600, start = 0 } = options;
  if (frames.length < 2) {
    throw new Error(`animation: got ${frames.length} frame(s); expected at least 2`);
  }
  if (!(interval > 0)) {
    throw new Error(`animation: got an interval of ${interval} ms; expected a positive number, such as 600`);
  }
  if (!Number.isInteger(start) || start < 0 || start >= frames.length) {
    throw new Error(
      `animation: got start ${start}; expected an index of ${frames.length} frames, 0 to ${frames.length - 1}`,
    );
  }
  const values = frames.map((_, index) => `${index + 1} of ${frames.length}`);
  const axes = [{ name: 'step', values, choice: 'slider' as const }];
  return displayable({}, () => playerBundle('animation', frames, { title, axes, start: [start], interval }));
}
