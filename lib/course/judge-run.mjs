/** A cell that takes longer is to be marked `long`, so that a reader can skip it. */
const SECONDS_OF_A_LONG_CELL = 30;

/**
 * What is wrong with a run of a notebook, and what is worth a look.
 *
 * @param {import('./run-notebook.mjs').Report} report
 * @param {number | undefined} minutes what the README promises
 * @param {number} share how much longer it may take because other notebooks run beside it
 * @returns {{ failures: string[], warnings: string[] }}
 */
export function judgeRun(report, minutes, share) {
  const failures = [];
  if (report.error !== null) failures.push(report.error);
  else if (report.executed < report.cells) failures.push(`${report.executed} of ${report.cells} cells ran`);
  for (const [cell, text] of report.stderr) failures.push(`stderr of cell ${cell}: ${text.trim()}`);
  if (minutes === undefined) failures.push('the README states no minutes for it');
  else if (report.seconds > 60 * minutes * share) {
    failures.push(`took ${report.seconds} s; ${60 * minutes * share} s were allowed`);
  }
  const slow = Object.entries(report.cellSeconds)
    .filter(([id, seconds]) => seconds > SECONDS_OF_A_LONG_CELL * share && !report.long.includes(id))
    .map(([id, seconds]) => `cell ${id} took ${Math.round(seconds)} s and is not marked as long`);
  const printed = report.text.split('\n').filter((line) => /^\W*warning\b/i.test(line));
  return { failures, warnings: [...report.warnings, ...printed, ...slow] };
}

/** One line of words for people. */
export function runLine(name, { seconds, peakBytes }, minutes, { failures, warnings }) {
  const columns = [
    name.padEnd(36),
    `${seconds.toFixed(1)} s`.padStart(8),
    `of ${minutes ?? '?'} min`.padStart(10),
    `${(peakBytes / 1e9).toFixed(1)} GB`.padStart(7),
    failures.length ? 'failed' : 'passed',
  ];
  const notes = [
    ...failures.map((text) => `failure: ${text}`),
    ...warnings.map((text) => `warning: ${text}`),
  ];
  return [columns.join('  '), ...notes.map((text) => `    ${text.replace(/\n/g, '\n    ')}`)].join('\n');
}
