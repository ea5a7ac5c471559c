import type { Inspection } from './inspection';
import { printable } from './terminal';
import type { ValueSummary } from './value-summary';

/** Lines of a list that are shown; `--json` gives all. */
const MOST_LINES = 40;
const BARS = '▁▂▃▄▅▆▇█';

/** An inspection as text, a fact a line. */
export function report(inspection: Inspection): string {
  const { file, format, bytes, details, values, arrays = [], contents = [], warnings } = inspection;
  const rows: [string, string][] = [
    ...Object.entries({ size: sizeText(inspection), type: inspection.type }).flatMap(told),
    ...Object.entries({ spacing: spacingText(inspection), orientation: inspection.orientation }).flatMap(
      told,
    ),
    ...Object.entries(details).map(([name, value]): [string, string] => [name, String(value)]),
    ...(values ? valueRows(values) : []),
    ...listed(contents, (one) => [one.format, `${one.files} files, ${bytesText(one.bytes)}`]),
    ...listed(arrays, ({ name, shape, type }) => [name, `${type} [${shape.join(', ')}]`]),
    ...warnings.map((warning): [string, string] => ['warning', warning]),
  ];
  const indent = Math.min(40, Math.max(0, ...rows.map(([name]) => name.length)));
  const lines = rows.map(([name, text]) => `  ${name.padEnd(indent)}  ${text}`);
  return [`${printable(file)}: ${format}, ${bytesText(bytes)}`, ...lines.map(printable)].join('\n');
}

function told([name, text]: [string, string | undefined]): [string, string][] {
  return text === undefined ? [] : [[name, text]];
}

function listed<T>(all: readonly T[], row: (one: T) => [string, string]): [string, string][] {
  const rows = all.slice(0, MOST_LINES).map(row);
  if (all.length > MOST_LINES) rows.push(['…', `${all.length - MOST_LINES} more; --json tells all`]);
  return rows;
}

function sizeText({ shape, channels = 1 }: Inspection): string | undefined {
  if (!shape) return undefined;
  return `${shape.join(' × ') || 'one number'}${channels === 1 ? '' : `, ${channels} channels`}`;
}

function spacingText({ spacing }: Inspection): string | undefined {
  return spacing && `${spacing.map((distance) => Number(distance.toPrecision(5))).join(' × ')} mm`;
}

function valueRows({
  minimum,
  maximum,
  mean,
  notFinite,
  histogram,
  labels,
}: ValueSummary): [string, string][] {
  const samples = histogram.reduce((sum, count) => sum + count, 0);
  const share = (count: number) => `${((100 * count) / samples).toFixed(2)} %`;
  const rows: [string, string][] = [
    ['values', `${short(minimum)} … ${short(maximum)}, mean ${short(mean)}`],
    ['histogram', bars(histogram)],
  ];
  if (notFinite > 0) rows.push(['not finite', `${notFinite} values are NaN or infinite`]);
  if (labels) {
    rows.push(['labels', `${labels.length}`]);
    rows.push(...listed(labels, ({ value, count }) => [`  ${value}`, `${count} (${share(count)})`]));
  }
  return rows;
}

/** By the logarithm of the counts: a background hides nothing. */
function bars(histogram: readonly number[]): string {
  const most = Math.log1p(Math.max(...histogram));
  return histogram
    .map((count) => (count === 0 ? ' ' : BARS[Math.min(7, Math.floor((8 * Math.log1p(count)) / most))]))
    .join('');
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}

export function bytesText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const unit = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  return `${unit === 0 ? bytes : (bytes / 1024 ** unit).toFixed(1)} ${units[unit]}`;
}
