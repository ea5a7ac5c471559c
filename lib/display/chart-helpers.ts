import { displayable, type Displayable } from './bundle';
import { chartBundle, type ChartSpec } from './chart';
import { humanise } from './text';

export type Row = Readonly<Record<string, unknown>>;

/** What all small charts share. */
export interface ChartLabels {
  title?: string;
  xTitle?: string;
  yTitle?: string;
}

/**
 * One line for each field of `y` over the field `x`. Lines differ by colour and by dash. A row without a value leaves
 * that line alone, so a series measured every tenth step joins up.
 *
 * @returns a specification that draws itself as a cell's last expression, and that `showChart` shows
 */
export function lineChart(
  objects: readonly object[],
  { x, y, ...labels }: { x: string; y: string | readonly string[] } & ChartLabels,
): ChartSpec & Displayable {
  const rows = objects as readonly Row[];
  const series = [y].flat();
  const names = series.map(humanise);
  const values = rows.flatMap((row) =>
    series
      .map((field, index) => ({ x: row[x], series: names[index], y: row[field] }))
      .filter(({ y: value }) => typeof value === 'number' && Number.isFinite(value)),
  );
  const legend = series.length > 1 ? { title: null, symbolType: 'stroke', symbolSize: 400 } : null;
  return chart(labels, {
    data: { values },
    mark: { type: 'line', tooltip: true, point: values.length <= 50 * series.length },
    encoding: {
      x: {
        field: 'x',
        type: 'quantitative',
        title: labels.xTitle ?? humanise(x),
        ...wholeTicks(rows as readonly Row[], x),
      },
      y: {
        field: 'y',
        type: 'quantitative',
        title: labels.yTitle ?? (series.length === 1 ? names[0] : null),
        scale: { zero: false },
      },
      color: { field: 'series', type: 'nominal', sort: names, scale: { domain: names }, legend },
      strokeDash: { field: 'series', type: 'nominal', sort: names, scale: { domain: names }, legend },
    },
  });
}

/**
 * How often values fall into equal bins. Values that are not finite are left out.
 *
 * @throws RangeError for bins that are no integer of at least 1
 * @throws Error where no value is finite
 */
export function histogram(
  values: ArrayLike<number>,
  { bins = 30, ...labels }: { bins?: number } & ChartLabels = {},
): ChartSpec & Displayable {
  if (!Number.isSafeInteger(bins) || bins < 1) {
    throw new RangeError(`histogram: got bins ${bins}; expected an integer of at least 1, such as 30`);
  }
  let [low, high] = [Infinity, -Infinity];
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) throw new Error('histogram: got no finite value; expected at least one');
  const width = (high - low || 1) / bins;
  // Counted here, so that a volume of millions of values is a chart of a few numbers.
  const counts = new Array<number>(bins).fill(0);
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (Number.isFinite(value)) counts[Math.min(bins - 1, Math.floor((value - low) / width))]! += 1;
  }
  return chart(labels, {
    data: {
      values: counts.map((count, bin) => ({ from: low + bin * width, to: low + (bin + 1) * width, count })),
    },
    mark: { type: 'bar', tooltip: true, binSpacing: 0.5 },
    encoding: {
      x: {
        field: 'from',
        bin: 'binned',
        type: 'quantitative',
        title: labels.xTitle ?? 'value',
      },
      x2: { field: 'to' },
      y: { field: 'count', type: 'quantitative', title: labels.yTitle ?? 'count' },
    },
  });
}

/** One horizontal bar a row, in the order of the rows: the length from field `x`, the name from field `y`. */
export function barChart(
  rows: readonly object[],
  { x, y, ...labels }: { x: string; y: string } & ChartLabels,
): ChartSpec & Displayable {
  return chart(labels, {
    data: { values: rows },
    mark: { type: 'bar', tooltip: true },
    encoding: {
      x: {
        field: x,
        type: 'quantitative',
        title: labels.xTitle ?? humanise(x),
        ...wholeTicks(rows as readonly Row[], x, [0]),
      },
      y: { field: y, type: 'nominal', sort: null, title: labels.yTitle ?? null, axis: { labelLimit: 400 } },
    },
  });
}

/** Half an epoch, or half a tensor, is no place for a tick. @param origin where the axis begins, if not with the rows */
function wholeTicks(rows: readonly Row[], x: string, origin: number[] = []): { axis?: object } {
  const values = [...origin, ...rows.map((row) => row[x] as number)];
  if (values.length === 0 || !values.every(Number.isInteger)) return {};
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  // Over a short range Vega 5, which JupyterLab draws with, takes smaller steps than the least.
  if (high - low < 10) {
    return { axis: { values: Array.from({ length: high - low + 1 }, (_, at) => low + at), format: ',d' } };
  }
  return { axis: { tickMinStep: 1 } };
}

function chart({ title }: ChartLabels, spec: ChartSpec): ChartSpec & Displayable {
  const titled: ChartSpec = title ? { title, ...spec } : spec;
  return displayable(titled, () => chartBundle(titled));
}
