import type { Decision } from '../planning/decision';
import type { Configuration } from '../planning/plan';
import { decisionsOf } from '../planning/plans-json';
import type { Planned } from '../workflow/plan-folder';
import { printable } from './terminal';

const COLUMNS = 110;
const INDENT = '      ';

/** A plan as text: what each network is, in a table, and the reason of each decision. */
export function planReport(
  { json, plan, dataset }: Pick<Planned, 'json' | 'plan' | 'dataset'>,
  gigabytes: number,
  columns = COLUMNS,
): string {
  const { channels, labels, numTraining } = dataset;
  const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
  const kinds = labels.regionOrder
    ? counted(labels.foreground.length, 'region')
    : counted(labels.foreground.length, 'label');
  const head =
    `${json.dataset_name}: ${counted(numTraining, 'case')}, ${counted(channels.length, 'channel')} (${channels.join(', ')}), ` +
    `${kinds}; for a GPU of ${gigabytes} GB`;
  const reasons = Object.entries(decisionsOf(plan)).map(
    ([name, decisions]) => `${name === 'dataset' ? 'All networks' : name}\n${told(decisions, columns)}`,
  );
  const table = tableOf(Object.entries(plan.configurations) as [string, Configuration][]);
  return `${[printable(head), table, ...reasons].join('\n\n')}\n`;
}

const ROWS: [string, (configuration: Configuration) => string][] = [
  ['spacing', ({ spacing }) => sizes(spacing)],
  ['median image', ({ medianShape }) => sizes(medianShape)],
  ['patch', ({ patchSize }) => sizes(patchSize)],
  ['batch', ({ batchSize }) => String(batchSize)],
  ['halvings', ({ poolings }) => sizes(poolings, ', ')],
  ['features', ({ features }) => features.join(' ')],
  ['kernels', ({ kernels }) => kernelText(kernels)],
  ['Dice loss', ({ batchDice }) => (batchDice ? 'of the batch' : 'of each image')],
];

function tableOf(configurations: [string, Configuration][]): string {
  const rows = [
    ['', ...configurations.map(([name]) => name)],
    ...ROWS.map(([title, cell]) => [
      title,
      ...configurations.map(([, configuration]) => cell(configuration)),
    ]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const sizes = (values: readonly number[], between = ' × ') =>
  values.map((value) => String(Number(value.toPrecision(4)))).join(between);

/** Stages of the same kernel together: 1×3×3 twice, 3×3×3 4 times. */
function kernelText(kernels: readonly (readonly number[])[]): string {
  const runs: { kernel: string; count: number }[] = [];
  for (const kernel of kernels.map((sides) => sides.join('×'))) {
    const last = runs.at(-1);
    if (last?.kernel === kernel) last.count++;
    else runs.push({ kernel, count: 1 });
  }
  return runs.map(({ kernel, count }) => `${count} of ${kernel}`).join(', ');
}

function told(decisions: readonly Decision[], columns: number): string {
  return decisions
    .map(({ subject, value, reason }) => {
      const settled = settledText(value);
      return [
        `  ${subject}: ${settled}`,
        ...wrapped(reason, columns - INDENT.length).map((line) => INDENT + line),
      ]
        .map(printable)
        .join('\n');
    })
    .join('\n');
}

const settledText = (value: Decision['value']) =>
  [value]
    .flat()
    .map((one) => (typeof one === 'number' ? sizes([one]) : one))
    .join(', ');

/** Lines of at most so many characters, broken between words. */
function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
