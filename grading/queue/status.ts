import { setTimeout as wait } from 'node:timers/promises';
import { printable, type Surroundings } from '../../lib/cli/terminal';
import { formatDuration, formatNumber } from '../../lib/display/text';
import type { QueueAddress } from './address';
import { openQueue, type Queue } from './queue';
import { type Payload, submissionPlace } from './runs';

export interface QueueStatus {
  runs: RunStatus[];
  workers: WorkerStatus[];
  /** Submissions that were set aside; without a name where they are another version's. */
  aside: { assignment: string; student?: string; notebook?: string; reason: string }[];
}

export interface RunStatus {
  assignment: string;
  version: string;
  priority: number;
  /** Notebooks: at most, sent, and of these those that wait, are with a worker, are judged, are set aside. */
  total: number;
  sent: number;
  waiting: number;
  working: number;
  judged: number;
  aside: number;
  /** Notebooks a minute, of the last five minutes. */
  perMinute: number;
  /** Seconds that the rest takes at this rate; null where nothing has ended lately. */
  secondsLeft: number | null;
  /** Seconds of judging: half, and 95 %, took less. */
  p50: number | null;
  p95: number | null;
}

export interface WorkerStatus {
  name: string;
  version: string;
  state: string;
  slots: number;
  working: number;
  judged: number;
  /** Seconds since its last sign. */
  silent: number;
}

const REDRAW_MS = 1000;
const SHOWN_ASIDE = 20;

/** Shows how a queue does: once, or on a terminal again and again until nothing is left. */
export async function showQueue(
  address: QueueAddress,
  { version, asJson }: { version: string; asJson: boolean },
  { out, errors }: Surroundings,
): Promise<void> {
  const report = (line: string) => errors.write(`${line}\n`);
  const queue = await openQueue(address, version, { report, startSeconds: 5 });
  try {
    for (;;) {
      const status = await readStatus(queue);
      if (asJson) out.write(`${JSON.stringify(status, null, 2)}\n`);
      else out.write(`${out.isTTY ? '\x1b[H\x1b[2J' : ''}${describe(status)}`);
      if (asJson || !out.isTTY || status.runs.length === 0) return;
      await wait(REDRAW_MS);
    }
  } finally {
    await queue.close();
  }
}

export async function readStatus(queue: Queue): Promise<QueueStatus> {
  const { database } = queue;
  const runs = await database.executeSql<RunStatus>(`
    SELECT *, round((CASE WHEN "perMinute" > 0 THEN 60 * (total - judged - aside) / "perMinute" END)::numeric)::int
      AS "secondsLeft"
    FROM (
      SELECT assignment, version, priority, total, begun,
        count(s.id)::int AS sent,
        (count(s.id) - count(worker) - count(ended))::int AS waiting,
        count(worker)::int AS working, count(result)::int AS judged, count(reason)::int AS aside,
        count(*) FILTER (WHERE ended > now() - interval '5 minutes')
          / greatest(1 / 60.0, extract(epoch FROM least(now() - begun, interval '5 minutes')) / 60)::real AS "perMinute",
        percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS p50,
        percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds) AS p95
      FROM segcourse.run LEFT JOIN segcourse.submission s ON run = run.id
      GROUP BY run.id
    ) AS counted
    ORDER BY priority DESC, begun`);
  const workers = await database.executeSql<WorkerStatus>(`
    SELECT name, version, state, slots, judged, greatest(0, extract(epoch FROM now() - seen))::int AS silent,
      (SELECT count(*)::int FROM segcourse.submission WHERE worker = worker.id) AS working
    FROM segcourse.worker ORDER BY name`);
  const aside = await database.executeSql<{
    id: string;
    assignment: string;
    sealed: Buffer;
    reason: string;
  }>(`SELECT s.id, assignment, s.sealed, reason FROM segcourse.submission s JOIN segcourse.run ON run.id = run
      WHERE reason IS NOT NULL ORDER BY ended`);
  return {
    runs: runs.rows.map(({ ...run }) => run),
    workers: workers.rows,
    aside: aside.rows.map(({ id, assignment, sealed, reason }) => ({
      assignment,
      reason,
      ...whose(queue, id, sealed),
    })),
  };
}

function whose({ seal }: Queue, id: string, sealed: Buffer): { student?: string; notebook?: string } {
  try {
    const { student, name } = seal.open<Payload>(submissionPlace(id), sealed);
    return { student, notebook: name };
  } catch {
    return {};
  }
}

function describe({ runs, workers, aside }: QueueStatus): string {
  const lines = runs.map(describeRun);
  if (runs.length === 0) lines.push('Nothing is being graded.');
  lines.push(workers.length === 0 ? 'No worker is there.' : 'Workers:');
  for (const { name, version, state, slots, working, judged, silent } of workers) {
    lines.push(
      `  ${printable(name)}, version ${version}: ${state}, ${working} of ${slots} at work, ${formatNumber(judged)} judged, seen ${formatDuration(silent)} ago`,
    );
  }
  if (aside.length > 0) lines.push('Set aside:');
  for (const { student, notebook, assignment, reason } of aside.slice(0, SHOWN_ASIDE)) {
    const who = student === undefined ? 'a submission' : `${student}, ${notebook}`;
    lines.push(`  ${printable(`${assignment}: ${who}: ${reason.split('\n')[0]}`)}`);
  }
  if (aside.length > SHOWN_ASIDE) lines.push(`  and ${aside.length - SHOWN_ASIDE} more`);
  return `${lines.join('\n')}\n`;
}

function describeRun(run: RunStatus): string {
  const { assignment, version, priority, total, judged, working, waiting, aside, perMinute, secondsLeft } =
    run;
  const parts = [
    `${formatNumber(judged)} of at most ${formatNumber(total)} notebooks judged`,
    `${working} with a worker`,
    `${formatNumber(waiting)} waiting`,
    ...(aside > 0 ? [`${aside} set aside`] : []),
    `${formatNumber(perMinute)} a minute`,
    ...(secondsLeft === null ? [] : [`${formatDuration(secondsLeft)} left`]),
  ];
  return `${printable(assignment)} (priority ${priority}, version ${version}): ${parts.join(', ')}`;
}
