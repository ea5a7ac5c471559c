import { kernelBridge, type MimeBundle } from '../kernel/bridge';
import { newDisplayId, publish } from './bundle';
import { chartBundle, chartText, VEGA_LITE_MIME, withTheme, type ChartSpec } from './chart';
import { lineChart, type Row } from './chart-helpers';
import { SYSTEM_CLOCK, Throttle, type Clock } from './throttle';

export interface LiveChartOptions {
  title?: string;
  /** Fields of the pushed rows to draw, one line each. */
  series: readonly string[];
  /** Field on the horizontal axis. Default `epoch`. */
  x?: string;
  yTitle?: string;
  clock?: Clock;
}

const UPDATE_INTERVAL = 250;
/** More points than a line of this width can show only make every update slower. */
const MOST_POINTS = 500;

/**
 * A line chart that grows while a loop runs: one output, redrawn in place at most four times a second. In a plain
 * script nothing is drawn, and `done` prints one line.
 *
 * @throws Error when `series` is empty
 */
export function liveChart(options: LiveChartOptions): LiveChart {
  if (options.series.length === 0) {
    throw new Error(
      'liveChart: got no series; expected at least one field, such as ["trainLoss", "validationLoss"]',
    );
  }
  return new LiveChart(options);
}

export class LiveChart {
  /** Every row so far. */
  readonly rows: Row[] = [];
  private readonly displayId = newDisplayId('chart');
  private readonly throttle: Throttle;
  private shown = false;

  constructor(private readonly options: LiveChartOptions) {
    this.throttle = new Throttle(() => this.draw(), UPDATE_INTERVAL, options.clock ?? SYSTEM_CLOCK);
  }

  /** Adds a row: the field of `x` and any of the series. Takes microseconds; the drawing happens in the browser. */
  push(row: Row): void {
    const x = this.options.x ?? 'epoch';
    if (typeof row[x] !== 'number') {
      throw new Error(
        `liveChart: got a row with ${x} ${String(row[x])}; expected a number in the field "${x}"`,
      );
    }
    this.rows.push({ ...row });
    if (kernelBridge()) this.throttle.request();
  }

  /** Draws the final state, with a static picture for readers without a kernel. */
  async done(): Promise<void> {
    this.throttle.cancel();
    const spec = this.spec();
    const bundle = kernelBridge() ? await chartBundle(spec) : { data: {} as MimeBundle['data'] };
    bundle.data['text/plain'] = `${chartText(spec)} rows: ${this.rows.length}`;
    publish(bundle, { displayId: this.displayId, update: this.shown });
  }

  private draw(): void {
    const spec = this.spec();
    publish(
      {
        data: { [VEGA_LITE_MIME]: withTheme(spec), 'text/plain': chartText(spec) },
        metadata: { [VEGA_LITE_MIME]: { embed_options: { actions: false } } },
      },
      { displayId: this.displayId, update: this.shown },
    );
    this.shown = true;
  }

  private spec(): ChartSpec {
    const { title, series, x = 'epoch', yTitle } = this.options;
    const stride = Math.ceil(this.rows.length / MOST_POINTS);
    const last = this.rows.length - 1;
    const rows = this.rows.filter((_, index) => index % stride === 0 || index === last);
    // The plot keeps one size whatever the axis labels and the legend need, so the page below it does not move.
    return {
      ...lineChart(rows, { x, y: series, title, yTitle }),
      autosize: { type: 'fit', contains: 'padding' },
      width: 640,
      height: 300,
    };
  }
}
