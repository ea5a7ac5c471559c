import { CHART_COLOURS } from './colours';
import { FONT, INK } from './svg';

const GRID = '#e3e3e3';

/**
 * The look of every chart, as a Vega-Lite `config`. The white background is part of it: a chart keeps its contrast in
 * a dark theme and on paper.
 */
export const CHART_THEME: Record<string, unknown> = {
  font: FONT,
  background: 'white',
  padding: 10,
  view: { continuousWidth: 520, continuousHeight: 260, discreteWidth: 420, stroke: null },
  title: { anchor: 'start', fontSize: 15, fontWeight: 600, color: INK, offset: 12, subtitleColor: '#555555' },
  axis: {
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelColor: INK,
    titleColor: INK,
    gridColor: GRID,
    domainColor: '#888888',
    tickColor: '#888888',
    titlePadding: 8,
  },
  // The last label at its tick, as the others.
  axisX: { grid: false, labelFlush: false },
  // Above the plot, so that long names leave its width alone.
  legend: {
    orient: 'top',
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelColor: INK,
    symbolStrokeWidth: 3,
  },
  header: { labelFontSize: 12, titleFontSize: 12, labelColor: INK, titleColor: INK },
  line: { strokeWidth: 2 },
  point: { filled: true, size: 40 },
  bar: { color: CHART_COLOURS[0] },
  mark: { color: CHART_COLOURS[0] },
  range: { category: CHART_COLOURS, heatmap: { scheme: 'viridis' }, ramp: { scheme: 'viridis' } },
};
