import type { ReportData, ReportRow } from './rows';

/** Tables for spreadsheets and learning platforms, by the file's name: grades, and findings. */
export async function tables(
  assignment: string,
  { grades: rows, findings }: Pick<ReportData, 'grades' | 'findings'>,
): Promise<Record<string, string>> {
  const name = (row: ReportRow): string => [row.first_name, row.last_name].filter(Boolean).join(' ');
  return {
    'grades.csv': await csv(
      rows.map((row) => ({
        student: row.student,
        score: final(row),
        raw_score: row.score,
        late_penalty: row.late_penalty,
        max_score: row.max_score,
        submitted: row.timestamp ?? '',
        by_hand: row.needs_manual_grade ? 'to do' : '',
        findings: findings.filter(({ student }) => student === row.student).length,
      })),
    ),
    // Canvas: Grades → Import; a second row tells the points that are possible.
    'canvas.csv': await csv([
      {
        Student: '    Points Possible',
        ID: '',
        'SIS Login ID': '',
        Section: '',
        [assignment]: rows[0]?.max_score ?? 0,
      },
      ...rows.map((row) => ({
        Student: name(row),
        ID: '',
        'SIS Login ID': row.student,
        Section: '',
        [assignment]: final(row),
      })),
    ]),
    // Moodle: Grades → Import → CSV, mapped by user name.
    'moodle.csv': await csv(
      rows.map((row) => ({ username: row.student, email: row.email ?? '', [assignment]: final(row) })),
    ),
    'findings.csv': await csv(
      findings.map(({ others, ...row }) => ({ ...row, others: others.join(' ') })),
      ['student', 'where', 'finding', 'others'],
    ),
  };
}

/** What counts: the points less the penalty for being late. */
export const final = ({ score, late_penalty }: ReportRow): number => Math.max(0, score - late_penalty);

/** Spreadsheets take a text that begins so for a formula, and run it. */
const FORMULA = /^[=+\-@\t\r]/;

async function csv(
  rows: readonly Record<string, string | number>[],
  columns = Object.keys(rows[0] ?? {}),
): Promise<string> {
  const { default: pl } = await import('nodejs-polars');
  const safe = (value: string | number): string =>
    typeof value === 'string' && FORMULA.test(value) ? `'${value}` : String(value);
  if (rows.length === 0) return `${columns.join()}\n`;
  const frame = pl.DataFrame(
    Object.fromEntries(columns.map((column) => [column, rows.map((row) => safe(row[column]))])),
  );
  return frame.writeCSV().toString();
}
