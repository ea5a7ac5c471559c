import { escapeText, formatNumber } from '../../lib/display/text';
import type { Output } from '../run/messages';
import type { ExerciseResult } from './results';

const MARKS = { passed: '✔', partly: '◐', failed: '✘' } as const;

/**
 * What the graded cell shows: the student's words for each case, and the points as nbgrader reads them. A hidden case
 * tells what came and the misconception, not its question nor what was expected.
 */
export function feedbackOutputs(result: ExerciseResult): Output[] {
  const { points, cases, max, seconds, peakMemoryMiB } = result;
  const hidden = cases.filter((each) => each.hidden);
  const passed = hidden.filter(({ credit }) => credit === 1).length;
  const title =
    `Exercise ${result.exercise}: ${formatNumber(points)} of ${formatNumber(max)} points; ` +
    `${passed} of ${hidden.length} hidden cases passed; ${seconds.toFixed(1)} s, ${Math.round(peakMemoryMiB)} MiB`;
  const rows = cases.map((each) => {
    const state = each.credit === 1 ? 'passed' : each.credit > 0 ? 'partly' : 'failed';
    const words = each.hidden
      ? [each.credit < 1 && `got ${each.got}`, each.hint]
      : [each.title, each.credit < 1 && `got ${each.got}; expected ${each.expected}`, each.hint];
    return {
      state,
      text: words.filter((word): word is string => Boolean(word)),
      hidden: each.hidden,
    } as const;
  });
  // Hidden cases that passed have nothing to say, and several often say the same.
  const told = rows.filter(
    ({ hidden, state, text }, index) =>
      !hidden ||
      (state !== 'passed' &&
        rows.findIndex((row) => row.hidden && row.text.join() === text.join()) === index),
  );
  const lines = told.map(({ state, text, hidden }) => {
    const words = text.length > 0 ? text : ['no hint for this one: test your code on more inputs'];
    return { mark: MARKS[state], kind: hidden ? 'hidden' : 'visible', words };
  });
  const html =
    `<p><b>${escapeText(title)}</b></p><table>` +
    lines
      .map(
        ({ mark, kind, words }) =>
          `<tr><td>${mark}</td><td>${kind}</td><td style="text-align:left">${words.map(escapeText).join('<br>')}</td></tr>`,
      )
      .join('') +
    '</table>';
  const plain = [title, ...lines.map(({ mark, kind, words }) => `${mark} ${kind}: ${words.join('; ')}`)];
  return [
    {
      output_type: 'display_data',
      data: { 'text/html': html, 'text/plain': plain.join('\n') },
      metadata: {},
    },
    // nbgrader takes NaN and negative numbers for full credit, and stops at more than the maximum.
    {
      output_type: 'execute_result',
      data: { 'text/plain': String(within(points, max)) },
      metadata: {},
      execution_count: null,
    },
  ];
}

function within(points: number, max: number): number {
  return points > 0 ? Math.min(points, max) : 0;
}
