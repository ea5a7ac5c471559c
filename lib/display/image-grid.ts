import type { LegendEntry } from './overlay';

/** One drawn image of a grid. */
export interface Pane {
  title?: string;
  /** The range of this image, when every image has its own. */
  note?: string;
  alt: string;
  uri: string;
  /** On the screen. */
  height: number;
  width: number;
  pixelated: boolean;
}

/** Everything that the two layouts, HTML and SVG, draw. */
export interface Grid {
  title?: string;
  alt: string;
  columns: number;
  panes: Pane[];
  legend: LegendEntry[];
  colourBar?: { uri: string; low: string; high: string };
  caption?: string;
}
