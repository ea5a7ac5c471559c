import { kernelBridge } from '../kernel/bridge';
import { newDisplayId, publish } from './bundle';
import { RateEstimate } from './progress-estimate';
import { escapeText, formatDuration, formatNumber } from './text';
import { SYSTEM_CLOCK, Throttle, type Clock } from './throttle';

/** Where the text form goes: standard output, or a stand-in. */
export interface TextStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

export interface ProgressOptions {
  clock?: Clock;
  /** Default: standard output. */
  stream?: TextStream;
  /** What one step is called. Default `step`. */
  unit?: string;
}

/** Milliseconds between two drawings. */
const NOTEBOOK_INTERVAL = 250;
const TERMINAL_INTERVAL = 250;
const LOG_INTERVAL = 30_000;

/**
 * Shows how far a loop is: a bar in a notebook, one rewritten line in a terminal, a line every half minute in a log.
 * Ends with a one-line summary, by itself when the last step is reported.
 *
 * @param total number of steps, a positive integer
 * @throws RangeError for another total
 */
export function progressBar(total: number, label = 'Progress', options: ProgressOptions = {}): ProgressBar {
  if (!Number.isInteger(total) || total <= 0) {
    throw new RangeError(
      `progressBar: got a total of ${total}; expected a positive integer, such as the epochs`,
    );
  }
  return new ProgressBar(total, label, options);
}

export class ProgressBar {
  private readonly clock: Clock;
  private readonly stream: TextStream;
  private readonly start: number;
  private readonly displayId = newDisplayId('progress');
  private readonly throttle: Throttle;
  private readonly estimate = new RateEstimate();
  private readonly inNotebook = kernelBridge() !== undefined;
  private steps = 0;
  private lastTime: number;
  private note = '';
  private shown = false;
  private finished = false;

  constructor(
    private readonly total: number,
    private readonly label: string,
    private readonly options: ProgressOptions,
  ) {
    this.clock = options.clock ?? SYSTEM_CLOCK;
    this.stream = options.stream ?? process.stdout;
    this.start = this.lastTime = this.clock.now();
    const interval = this.inNotebook
      ? NOTEBOOK_INTERVAL
      : this.stream.isTTY
        ? TERMINAL_INTERVAL
        : LOG_INTERVAL;
    this.throttle = new Throttle(() => this.draw(), interval, this.clock);
    this.throttle.request();
  }

  /**
   * Reports that `done` steps of the total are finished.
   *
   * @param note a few words about the state, such as `loss 0.41`
   */
  update(done: number, note = this.note): void {
    if (this.finished) return;
    const now = this.clock.now();
    if (done > this.steps) {
      this.estimate.add(done - this.steps, (now - this.lastTime) / 1000);
      this.lastTime = now;
      this.steps = Math.min(done, this.total);
    }
    this.note = note;
    if (this.steps === this.total) this.done();
    else this.throttle.request();
  }

  /** Ends the bar early or late with its summary line. A second call does nothing. */
  done(note = this.note): void {
    if (this.finished) return;
    this.note = note;
    this.finished = true;
    this.throttle.flush();
  }

  private draw(): void {
    if (this.inNotebook) {
      const bundle = { data: { 'text/html': this.html(), 'text/plain': this.line() } };
      publish(bundle, { displayId: this.displayId, update: this.shown });
      this.shown = true;
      return;
    }
    if (!this.stream.isTTY) return void this.stream.write(`${this.line()}\n`);
    // One column stays free: a full line would wrap, and a wrapped line cannot be rewritten.
    const line = [...this.line()].slice(0, (this.stream.columns ?? 80) - 1).join('');
    this.stream.write(`\r${line}\u001b[K${this.finished ? '\n' : ''}`);
  }

  private line(): string {
    const percent = Math.floor((100 * this.steps) / this.total);
    const note = this.note && ` · ${this.note}`;
    return `${this.label}: ${this.steps}/${this.total}${this.finished ? '' : ` (${percent} %)`} · ${this.times()}${note}`;
  }

  private times(): string {
    const elapsed = (this.clock.now() - this.start) / 1000;
    const unit = this.options.unit ?? 'step';
    if (this.finished) {
      const each = this.steps > 0 ? ` · ${speed(this.steps / elapsed, unit)}` : '';
      return `${this.steps < this.total ? 'stopped after' : 'took'} ${formatDuration(elapsed)}${each}`;
    }
    const { rate } = this.estimate;
    if (Number.isNaN(rate)) return formatDuration(elapsed);
    return `${formatDuration(elapsed)} · ${formatDuration((this.total - this.steps) / rate)} left · ${speed(rate, unit)}`;
  }

  private html(): string {
    const percent = (100 * this.steps) / this.total;
    const colour = this.finished && this.steps < this.total ? '#d55e00' : '#0072b2';
    const text = `${this.steps}/${this.total} · ${this.times()}${this.note && ` · ${this.note}`}`;
    return (
      '<div style="max-width:640px;font:13px/1.5 system-ui,sans-serif;color:var(--jp-ui-font-color1,inherit);' +
      'font-variant-numeric:tabular-nums">' +
      `<div><b>${escapeText(this.label)}</b> <span>${escapeText(text)}</span></div>` +
      `<div role="progressbar" aria-label="${escapeText(this.label)}" aria-valuemin="0" aria-valuemax="${this.total}" ` +
      `aria-valuenow="${this.steps}" aria-valuetext="${escapeText(text)}" style="height:8px;border-radius:4px;` +
      'background:rgba(128,128,128,.3);overflow:hidden">' +
      `<div style="height:8px;width:${percent.toFixed(2)}%;background:${colour}"></div></div></div>`
    );
  }
}

function speed(rate: number, unit: string): string {
  if (!Number.isFinite(rate)) return `instantly`;
  return rate >= 1
    ? `${formatNumber(Number(rate.toPrecision(2)))} ${unit}s/s`
    : `${formatDuration(1 / rate)} per ${unit}`;
}
