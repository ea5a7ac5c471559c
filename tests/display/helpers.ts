import sharp from 'sharp';
import type { Clock } from '../../lib/display/throttle';
import { KERNEL_BRIDGE, type DisplayOptions, type MimeBundle } from '../../lib/kernel/bridge';

export interface Shown {
  bundle: MimeBundle;
  options?: DisplayOptions;
}

/** Runs a test as if it were in a notebook, and returns what was displayed. */
export async function inNotebook(body: (shown: Shown[]) => unknown): Promise<Shown[]> {
  const shown: Shown[] = [];
  const host = globalThis as { [KERNEL_BRIDGE]?: unknown };
  host[KERNEL_BRIDGE] = {
    // What leaves the kernel is JSON; anything that does not survive it is a fault.
    display: (bundle: MimeBundle, options?: DisplayOptions) =>
      shown.push({ bundle: JSON.parse(JSON.stringify(bundle)) as MimeBundle, options }),
  };
  try {
    await body(shown);
  } finally {
    delete host[KERNEL_BRIDGE];
  }
  return shown;
}

/** Runs a test as a plain script would run, and returns what went to standard output. */
export async function printed(body: () => unknown): Promise<string[]> {
  const lines: string[] = [];
  const original = console.log;
  console.log = (...values: unknown[]) => lines.push(values.join(' '));
  try {
    await body();
  } finally {
    console.log = original;
  }
  return lines;
}

/** A clock that a test moves by hand. */
export class FakeClock implements Clock {
  private time = 0;
  private due: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.time;
  }

  later(callback: () => void, delay: number): () => void {
    const entry = { at: this.time + delay, callback };
    this.due.push(entry);
    return () => {
      this.due = this.due.filter((other) => other !== entry);
    };
  }

  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (;;) {
      const next = this.due.filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.due = this.due.filter((entry) => entry !== next);
      this.time = next.at;
      next.callback();
    }
    this.time = end;
  }
}

/** The PNG pictures in a piece of HTML or SVG, decoded. */
export async function decodeImages(
  markup: string,
): Promise<{ pixels: number[]; width: number; height: number }[]> {
  const sources = [...markup.matchAll(/data:image\/png;base64,([\w+/=]+)/g)].map(
    (match) => match[1] as string,
  );
  return Promise.all(
    sources.map(async (source) => {
      const { data, info } = await sharp(Buffer.from(source, 'base64'))
        .raw()
        .toBuffer({ resolveWithObject: true });
      return { pixels: [...data], width: info.width, height: info.height };
    }),
  );
}

/** Renders an SVG with librsvg, whose XML parser rejects anything that is not well formed. */
export async function renderSvg(svg: unknown): Promise<{ width: number; height: number }> {
  const { info } = await sharp(Buffer.from(String(svg)))
    .png()
    .toBuffer({ resolveWithObject: true });
  return info;
}
