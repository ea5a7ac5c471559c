import { chartBundle } from '../display/chart';
import { lineChart } from '../display/chart-helpers';
import { htmlPage } from '../display/html-page';
import { escapeText, formatDuration, formatNumber } from '../display/text';
import { writeFileWhole } from '../io/write-file';
import type { EpochRecord } from '../train/epoch-record';

const [WIDTH, HEIGHT] = [640, 320];
/** Pixels of the PNG for each of the chart. */
const SCALE = 2;

/**
 * Draws a training's losses by epoch to `<file>.html`, with the last epochs as a table, and `<file>.png`. Both are
 * written beside and renamed, and need nothing from elsewhere.
 *
 * @param notes lines that stand below the title
 */
export async function writeHistoryChart(
  file: string,
  title: string,
  records: readonly EpochRecord[],
  notes: readonly string[] = [],
): Promise<void> {
  const series = ['trainLoss', 'validationLoss'].filter((name) => records.some((record) => name in record));
  const chart = lineChart(records, { x: 'epoch', y: series, title, yTitle: 'loss' });
  const { data } = await chartBundle({ ...chart, width: WIDTH, height: HEIGHT });
  const svg = data['image/svg+xml'] as string;
  const { default: sharp } = await import('sharp');
  const png = await sharp(Buffer.from(svg), { density: 72 * SCALE })
    .flatten({ background: 'white' })
    .png()
    .toBuffer();
  writeFileWhole(`${file}.png`, png);
  writeFileWhole(`${file}.html`, Buffer.from(page(title, svg, records, notes)));
}

const LAST = 20;

function page(title: string, svg: string, records: readonly EpochRecord[], notes: readonly string[]): string {
  const cell = (value: number | undefined) => `<td>${value === undefined ? '' : formatNumber(value)}</td>`;
  const rows = records
    .slice(-LAST)
    .map(
      ({ epoch, trainLoss, validationLoss, learningRate, seconds }) =>
        `<tr><td>${epoch}</td>${cell(trainLoss)}${cell(validationLoss)}${cell(learningRate)}` +
        `<td>${formatDuration(seconds)}</td></tr>`,
    );
  return htmlPage({
    title,
    width: '48rem',
    style: 'td,th{padding:0 1rem 0 0;text-align:right;font-variant-numeric:tabular-nums}',
    body:
      `${notes.map((note) => `<p>${escapeText(note)}</p>`).join('\n')}\n${svg}\n` +
      '<table><tr><th>epoch</th><th>training loss</th><th>validation loss</th><th>learning rate</th><th>time</th></tr>\n' +
      `${rows.join('\n')}\n</table>`,
  });
}
