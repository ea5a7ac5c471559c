import { formatDuration, formatNumber } from '../../lib/display/text';
import { RateEstimate } from '../../lib/display/progress-estimate';
import type { Output } from '../../lib/cli/terminal';
import type { Listener, Outcome } from './grade-assignment';

const REDRAW_MS = 200;

/**
 * Tells how a run goes: on a terminal one line that is redrawn, with who is being graded and the time that is left, and
 * above it a line for each submission that needs a look; elsewhere, such as in a log, a line for each submission.
 */
export class Progress implements Listener {
  private readonly rate = new RateEstimate();
  private readonly busy = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private total = 0;
  private done = 0;
  private last = performance.now();
  private told = false;

  constructor(private readonly out: Output) {}

  waiting(owner: string): void {
    if (!this.told) this.out.write(`Waiting for ${owner}, which is grading in this course.\n`);
    this.told = true;
  }

  begin(total: number, seed: number): void {
    this.total = total;
    this.last = performance.now();
    this.out.write(`${total} submission${total === 1 ? '' : 's'}, seed ${seed}\n`);
    if (!this.out.isTTY) return;
    this.timer = setInterval(() => this.draw(), REDRAW_MS);
    this.timer.unref();
  }

  started(student: string): void {
    this.busy.add(student);
  }

  ended(outcome: Outcome): void {
    const now = performance.now();
    this.busy.delete(outcome.student);
    this.done += 1;
    // What was unchanged says nothing about how long the others take.
    if (outcome.state !== 'unchanged') this.rate.add(1, (now - this.last) / 1000);
    this.last = now;
    const isQuiet = this.out.isTTY && ['graded', 'unchanged'].includes(outcome.state);
    if (!isQuiet) this.out.write(`${this.clear()}${this.count()} ${line(outcome)}${this.left()}\n`);
  }

  /** Ends the line that is redrawn. */
  close(): void {
    clearInterval(this.timer);
    this.out.write(this.clear());
  }

  private draw(): void {
    const text = `${this.count()} ${[...this.busy].join(', ')}${this.left()}`;
    this.out.write(`${this.clear()}${text.slice(0, (this.out.columns ?? 80) - 1)}`);
  }

  private clear(): string {
    return this.out.isTTY ? '\r\x1b[2K' : '';
  }

  private count(): string {
    return `[${String(this.done).padStart(String(this.total).length)}/${this.total}]`;
  }

  private left(): string {
    const seconds = (this.total - this.done) / this.rate.rate;
    return seconds > 0 && Number.isFinite(seconds) ? `, ${formatDuration(seconds)} left` : '';
  }
}

function line({ student, state, entry, reason, seconds }: Outcome): string {
  if (state === 'unchanged') return `${student}: unchanged`;
  if (reason !== undefined) return `${student}: ${state}: ${reason.split('\n')[0]}`;
  const { score, max_score } = entry!.recorded!;
  const points = `${formatNumber(score)} of ${formatNumber(max_score)} points`;
  return `${student}: ${points} in ${formatDuration(seconds)}`;
}
