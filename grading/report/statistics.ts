import { final } from './exports';
import type { ReportData } from './rows';

export interface CaseStatistics {
  exercise: string;
  case: string;
  /** Share of submissions, 0 … 1, without full credit. */
  failed: number;
  medianSeconds: number;
}

export interface Misconception {
  exercise: string;
  hint: string;
  students: number;
}

export interface ReportStatistics {
  submissions: number;
  /** Final score ÷ possible, 0 … 1. */
  shares: number[];
  mean: number;
  median: number;
  late: number;
  byHand: number;
  seconds: number[];
  /** Hardest first. */
  cases: CaseStatistics[];
  misconceptions: Misconception[];
}

/** Works out what a report shows. */
export async function statisticsOf({ grades, cases }: ReportData): Promise<ReportStatistics> {
  const { default: pl } = await import('nodejs-polars'); // takes its time to load: only where it is asked for
  const shares = grades.map((row) => (row.max_score > 0 ? final(row) / row.max_score : 0));
  const series = pl.Series('share', shares, pl.Float64);
  return {
    submissions: grades.length,
    shares,
    mean: series.mean() ?? NaN,
    median: series.median() ?? NaN,
    late: grades.filter((row) => row.late_penalty > 0).length,
    byHand: grades.filter((row) => row.needs_manual_grade).length,
    seconds: grades.flatMap(({ seconds }) => (seconds === null ? [] : [seconds])),
    cases: cases.length > 0 ? caseStatistics(pl, cases) : [],
    misconceptions: misconceptions(pl, cases),
  };
}

type Polars = (typeof import('nodejs-polars'))['default'];

function caseStatistics(pl: Polars, cases: ReportData['cases']): CaseStatistics[] {
  const frame = pl.DataFrame({
    exercise: cases.map(({ exercise }) => exercise),
    case: cases.map(({ title, hidden }) => (hidden ? `${title} (hidden)` : title)),
    failed: cases.map(({ credit }) => (credit < 1 ? 1 : 0)),
    seconds: cases.map(({ seconds }) => seconds),
  });
  const grouped = frame
    .groupBy('exercise', 'case')
    .agg(pl.col('failed').mean().alias('failed'), pl.col('seconds').median().alias('medianSeconds'));
  const rows = grouped.toRecords() as unknown as CaseStatistics[];
  return rows.sort(
    (a, b) => b.failed - a.failed || compare(a.exercise, b.exercise) || compare(a.case, b.case),
  );
}

/** How many students each hint was for: once each, however many cases gave it. */
function misconceptions(pl: Polars, cases: ReportData['cases']): Misconception[] {
  const hinted = cases.filter(({ credit, hint }) => credit < 1 && hint);
  if (hinted.length === 0) return [];
  const frame = pl.DataFrame({
    exercise: hinted.map(({ exercise }) => exercise),
    hint: hinted.map(({ hint }) => hint!),
    student: hinted.map(({ student }) => student),
  });
  const counted = frame.groupBy('exercise', 'hint').agg(pl.col('student').nUnique().alias('students'));
  const rows = counted.toRecords() as unknown as Misconception[];
  return rows
    .map((row) => ({ ...row, students: Number(row.students) }))
    .sort((a, b) => b.students - a.students || compare(a.exercise, b.exercise) || compare(a.hint, b.hint));
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
