import { writeSync } from 'node:fs';
import { collectGarbage, footprint, type Footprint } from './footprint';
import { READERS, type ReaderName } from './formats';
import type { HostileFormat } from './formats/format';
import { CONSTANT, honestNeed, LONGEST, RESIDENT_CONSTANT } from './honest-need';
import { mutation, type Mutation } from './mutations';

/** What the process is asked to read: mutations by their index, or files. */
export interface Job {
  format: ReaderName;
  /** An empty folder of its own. */
  folder: string;
  /** A file whose first 8 bytes always hold the index of what is being read. */
  progress: number;
  seed: number;
  from: number;
  to: number;
  files?: Mutation[];
}

/** What the process tells: each failure at once, the rest at the end. */
export type Told = { failure: Failure } | { report: Report };

export interface Failure {
  name: string;
  what: string;
}

export interface Report {
  read: number;
  refused: number;
  /** The message of each of the files' errors; undefined for one that was read. None of mutations. */
  outcomes: (string | undefined)[];
  /** Each kind of message (numbers and quoted texts left out), how often it came, and one of them. */
  messages: [kind: string, count: number, sample: string][];
  /** The largest share of what was allowed that a read took, of memory and of time. */
  largest: Record<'peak' | 'resident' | 'milliseconds', { share: number; name: string; took: number }>;
}

/** Errors that mean that a reader trusted the file: they come from the engine, not from a check. */
const ACCIDENT =
  /Invalid (typed )?array (buffer )?length|Array buffer allocation|Invalid string length|call stack|Offset is outside the bounds|offset is out of bounds|is not (a function|iterable|defined)|Cannot read propert|ERR_OUT_OF_RANGE|should be a multiple of|Invalid count value|Cannot mix BigInt|out of memory/i;

/** After so many reads garbage is collected, so that it is not taken for what a read needs. */
const ROUND = 100;

class Reader {
  /** The engine's bytes without garbage. */
  private floor = 0;
  /** Bytes that each of the undamaged files decodes to. */
  private decoded: number[] = [];
  private wellFormed: Uint8Array[] = [];
  private readonly kinds = new Map<string, [count: number, sample: string]>();
  private readonly report: Report = {
    read: 0,
    refused: 0,
    outcomes: [],
    messages: [],
    largest: {
      peak: { share: 0, name: '', took: 0 },
      resident: { share: 0, name: '', took: 0 },
      milliseconds: { share: 0, name: '', took: 0 },
    },
  };

  constructor(
    private readonly format: HostileFormat,
    private readonly job: Job,
  ) {}

  async run(): Promise<Report> {
    const { seed, from, to, files } = this.job;
    this.wellFormed = await this.format.files();
    await this.warm();
    for (let index = from; index < to; index++) {
      if ((index - from) % ROUND === 0) this.floor = collectGarbage();
      writeSync(this.job.progress, Float64Array.of(index), 0, 8, 0);
      const source = index % this.wellFormed.length;
      const { damages } = this.format;
      const file = files?.[index] ?? mutation(this.wellFormed[source], { seed, index, damages });
      const what = await this.judge(file, files ? 0 : this.decoded[source]);
      if (what) await tell({ failure: { name: file.name, what } });
    }
    this.report.messages = [...this.kinds].map(([kind, [count, sample]]) => [kind, count, sample]);
    return this.report;
  }

  /** Reads the undamaged files, so that codecs are there and code is compiled. */
  private async warm(): Promise<void> {
    this.decoded = [];
    for (const bytes of this.wellFormed) this.decoded.push(await this.format.read(bytes, this.job.folder));
  }

  /** What is wrong with how a file was read; undefined where all is well. */
  private async judge({ bytes, name }: Mutation, decoded: number): Promise<string | undefined> {
    const read = () => this.format.read(bytes, this.job.folder);
    let taken = await footprint(read, this.floor);
    let shares = this.shares(taken, bytes, decoded);
    const { milliseconds } = taken;
    if (shares.peak > 1 || shares.resident > 1) {
      // Once more on clean ground, without garbage of reads before, or of this one, and with codecs that crashed.
      await this.warm();
      this.floor = collectGarbage();
      taken = { ...(await footprint(read, this.floor, { tidy: true })), milliseconds };
      shares = this.shares(taken, bytes, decoded);
    }
    for (const [measure, share] of Object.entries(shares) as [keyof typeof shares, number][]) {
      const largest = this.report.largest[measure];
      if (share > largest.share) Object.assign(largest, { share, name, took: taken[measure] });
      if (share > 1) return `took ${taken[measure]} of ${measure}, ${share.toFixed(2)} times what is allowed`;
    }
    return this.judgeOutcome(taken.outcome);
  }

  private shares(taken: Footprint<number>, bytes: Uint8Array, undamaged: number) {
    const decoded = typeof taken.outcome === 'number' ? taken.outcome : undamaged;
    const claimed = this.format.claimed?.(bytes);
    const need = honestNeed({ stored: bytes.length, decoded, claimed });
    return {
      peak: taken.peak / (2 * need + CONSTANT),
      resident: taken.resident / (2 * need + RESIDENT_CONSTANT),
      milliseconds: taken.milliseconds / LONGEST,
    };
  }

  private judgeOutcome(outcome: Footprint<number>['outcome']): string | undefined {
    if (typeof outcome === 'number') {
      this.report.read++;
      if (this.job.files) this.report.outcomes.push(undefined);
      return Number.isSafeInteger(outcome) ? undefined : `read ${outcome} bytes`;
    }
    this.report.refused++;
    const { error } = outcome;
    if (!(error instanceof Error)) return `threw ${String(error)}, which is no Error`;
    const { message } = error;
    if (this.job.files) this.report.outcomes.push(message);
    const kind = message.replace(/"(\\.|[^"\\])*"/g, '""').replace(/-?\d+(\.\d+)?(e[+-]?\d+)?/gi, '#');
    const [count] = this.kinds.get(kind) ?? [0];
    this.kinds.set(kind, [count + 1, message]);
    if (error instanceof TypeError || error instanceof ReferenceError || ACCIDENT.test(message)) {
      return `an accident: ${error.stack}`;
    }
    return this.format.message.test(message) ? undefined : `an error in other words: ${error.stack}`;
  }
}

const tell = (told: Told) =>
  new Promise<void>((fulfil, reject) =>
    process.send!(told, (error: Error | null) => (error ? reject(error) : fulfil())),
  );

process.once('message', (job: Job) => {
  void (async () => {
    // A read that never settles leaves nothing to wait for: the process ends without its report.
    process.channel?.unref();
    const report = await new Reader(READERS[job.format], job).run();
    await tell({ report });
    process.disconnect();
  })();
});
