import { barChart, histogram } from '../../lib/display/chart-helpers';
import { htmlPage } from '../../lib/display/html-page';
import { tableBundle } from '../../lib/display/table';
import { escapeText, formatDuration, formatNumber } from '../../lib/display/text';
import { chartFigure } from './chart-figure';
import { final } from './exports';
import type { ReportData } from './rows';
import type { ReportStatistics } from './statistics';

const SHOWN_CASES = 25;
const SHOWN_HINTS = 15;
const FINDINGS_MEAN =
  '<p>What sandbox, judge and repair met. It lowers no score and proves no intent: a loop that does not end uses up its ' +
  'time, who edits a locked cell may have tried something out, and two who learned together may write the same. Look, and ask.</p>';

/**
 * The report as one page that needs nothing else: how the class did, where it failed, and what needs a look.
 *
 * @param hasSimilarity whether `similarity.html` lies beside it
 */
export async function reportPage(
  assignment: string,
  data: ReportData,
  statistics: ReportStatistics,
  hasSimilarity = false,
): Promise<string> {
  const { submissions, mean, median, late, byHand, shares, seconds, cases, misconceptions } = statistics;
  const percent = (share: number): string => `${formatNumber(Math.round(share * 1000) / 10)} %`;
  const facts = [
    `${formatNumber(submissions)} submissions`,
    `mean ${percent(mean)}, median ${percent(median)}`,
    ...(late > 0 ? [`${late} late`] : []),
    ...(byHand > 0 ? [`${byHand} wait for a grade by hand`] : []),
  ];
  const hardest = cases.slice(0, SHOWN_CASES).map((each) => ({
    name: `${each.exercise}: ${each.case}`,
    failed: Math.round(each.failed * 1000) / 10,
  }));
  const parts = [
    await chartFigure(
      histogram(
        shares.map((share) => share * 100),
        { bins: 20, title: 'Scores', xTitle: 'points, %' },
      ),
    ),
    hardest.length > 0
      ? await chartFigure(
          barChart(hardest, {
            x: 'failed',
            y: 'name',
            title: 'Cases by how many failed them',
            xTitle: 'failed, %',
          }),
        )
      : '<p>No case was judged.</p>',
    table('Hardest misconceptions', misconceptions.slice(0, SHOWN_HINTS), 'No hint was given.'),
    seconds.length > 0
      ? await chartFigure(histogram(seconds, { bins: 20, title: 'Time to run and judge', xTitle: 'seconds' }))
      : '',
    findings(data.findings),
    hasSimilarity ? '<p><a href="similarity.html">Answers that resemble each other</a></p>' : '',
    table('What the grader noted of submissions', data.notes, 'Nothing had to be mended or refused.'),
    table(
      'Grades',
      data.grades.map((row) => ({
        student: row.student,
        score: final(row),
        of: row.max_score,
        late: row.late_penalty > 0 ? `−${formatNumber(row.late_penalty)}` : '',
        time: row.seconds === null ? '' : formatDuration(row.seconds),
      })),
      'None.',
    ),
  ];
  return htmlPage({
    title: `${assignment}: report`,
    width: '60rem',
    body: `<p>${facts.map(escapeText).join('; ')}.</p>\n${parts.join('\n')}`,
  });
}

function findings(rows: ReportData['findings']): string {
  const shown = rows.map(({ others, ...row }) => ({ ...row, together_with: others.join(', ') }));
  return table('Findings for a person to look at', shown, 'None.', FINDINGS_MEAN);
}

function table(title: string, rows: readonly object[], none: string, introduction = ''): string {
  const heading = `<h2>${escapeText(title)}</h2>`;
  if (rows.length === 0) return `${heading}<p>${none}</p>`;
  return `${heading}${introduction}${String(tableBundle(rows, { limit: 100_000 }).data['text/html'])}`;
}
