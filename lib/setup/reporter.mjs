const REDRAW_MS = 100;

/**
 * Prints each step as one line: redrawn in place on a terminal, written once, when it is done, into a log.
 *
 * @param {{ write(text: string): unknown, isTTY?: boolean, columns?: number }} stream
 */
export function lineReporter(stream) {
  let prefix = '';
  let drawn = 0;
  const draw = (text) => stream.write(`\r\x1b[2K${text.slice(0, (stream.columns ?? 80) - 1)}`);
  return {
    begin(text) {
      prefix = text;
      drawn = 0;
      if (stream.isTTY) draw(`${prefix} …`);
    },
    /** @param {string} text the figure, such as `62 % of 274 MB` */
    progress(text) {
      if (!stream.isTTY || Date.now() - drawn < REDRAW_MS) return;
      drawn = Date.now();
      draw(`${prefix} … ${text}`);
    },
    end(text) {
      stream.write(`${stream.isTTY ? '\r\x1b[2K' : ''}${prefix} … ${text}\n`);
    },
    note(text) {
      stream.write(`${text.replace(/^/gm, '      ')}\n`);
    },
  };
}

/** Bytes for people: `274 MB`, `3.4 GB`. */
export function formatBytes(bytes) {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
