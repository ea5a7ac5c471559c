import { barChart } from '../../../lib/display/chart-helpers';
import { htmlPage } from '../../../lib/display/html-page';
import { tableBundle } from '../../../lib/display/table';
import { escapeText, formatNumber } from '../../../lib/display/text';
import { chartFigure } from '../chart-figure';
import type { Place, Similarity, SimilarPair } from './jplag';

const STYLE = `
.pair{display:grid;grid-template-columns:1fr 1fr;gap:.5rem;margin:.5rem 0 1.5rem}
.pair div{min-width:0}.pair pre{overflow:auto;max-height:30rem;background:#f4f6f8;padding:.5rem;font-size:12px;line-height:1.35;margin:.2rem 0}`;
const MEANING =
  '<p>Independent answers to the same question resemble each other, too: what counts is how far a pair stands apart. ' +
  'A pair that is named here is to be read by a person; it is no proof that one copied from the other.</p>';
/** Fragments of a pair that are shown; the rest is short. */
const SHOWN = 6;

/**
 * The similarity from which on a pair is told: beyond what the pairs of this class reach among themselves (the median
 * and three standard deviations, both by ranks), but half of an answer at least, and nearly all of it always.
 */
export function unusualFrom(counts: readonly number[]): number {
  const median = medianOf(counts);
  const deviations = new Array<number>(counts.length).fill(0);
  counts.forEach((count, percent) => (deviations[Math.round(Math.abs(percent - median))] += count));
  const far = median + 3 * 1.4826 * medianOf(deviations);
  return Math.min(95, Math.max(50, far)) / 100;
}

/** The value that half of the counted values do not exceed. */
function medianOf(counts: readonly number[]): number {
  const half = counts.reduce((sum, count) => sum + count, 0) / 2;
  let sum = 0;
  return Math.max(
    0,
    counts.findIndex((count) => (sum += count) >= half),
  );
}

/** The pairs that stand apart, with what they share side by side. */
export async function similarityPage(
  assignment: string,
  { counts, pairs, unread }: Similarity,
  answers: Readonly<Record<string, string>>,
): Promise<string> {
  const from = unusualFrom(counts);
  const told = pairs.filter(({ similarity }) => similarity >= from);
  const number = counts.reduce((sum, count) => sum + count, 0);
  const facts = `${formatNumber(number)} pairs; half of them share at most ${medianOf(counts)} % of their code; told are those from ${percent(from)} on.`;
  const bars = barChart(classesOf(counts), {
    x: 'pairs',
    y: 'share',
    title: 'Pairs by what they share',
    yTitle: 'shared code',
  });
  return htmlPage({
    title: `${assignment}: similarity`,
    width: '75rem',
    style: STYLE,
    body: [
      `<p>${escapeText(facts)}</p>`,
      MEANING,
      await chartFigure(bars),
      unread.length > 0 ? `<p>Too short to be compared: ${unread.map(escapeText).join(', ')}.</p>` : '',
      overview(told),
      ...told.map((pair) => sideBySide(pair, answers)),
    ].join('\n'),
  });
}

/** How many pairs share from 0 to 9 %, from 10 to 19 %, and so on. */
function classesOf(counts: readonly number[]): { share: string; pairs: number }[] {
  return Array.from({ length: 10 }, (_, tens) => {
    const [first, last] = [tens * 10, tens === 9 ? 100 : tens * 10 + 9];
    const pairs = counts.slice(first, last + 1).reduce((sum, count) => sum + count, 0);
    return { share: `${first}–${last} %`, pairs };
  });
}

function overview(told: readonly SimilarPair[]): string {
  if (told.length === 0) return '<p>No pair stands apart.</p>';
  const rows = told.map(({ students: [one, other], similarity }) => ({
    one,
    other,
    shared: percent(similarity),
  }));
  return String(tableBundle(rows, { limit: rows.length }).data['text/html']);
}

function sideBySide(
  { students, similarity, fragments }: SimilarPair,
  answers: Readonly<Record<string, string>>,
): string {
  const shown = fragments.slice(0, SHOWN).map(({ places }) => {
    const sides = places.map((place, side) => lines(students[side], place, answers));
    return `<div class="pair">${sides.join('')}</div>`;
  });
  return `<h2>${students.map(escapeText).join(' and ')}: ${percent(similarity)}</h2>${shown.join('')}`;
}

function lines(
  student: string,
  { file, from, to }: Place,
  answers: Readonly<Record<string, string>>,
): string {
  const text = (answers[`${student}/${file}`] ?? '')
    .split('\n')
    .slice(from - 1, to)
    .join('\n');
  return `<div>${escapeText(`${student}, ${file}, lines ${from} to ${to}`)}<pre>${escapeText(text)}</pre></div>`;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
