/** A step that cannot be done. `remedy` is what the reader can do about it. */
export class SetupError extends Error {
  constructor(message, remedy) {
    super(message);
    this.name = 'SetupError';
    this.remedy = remedy;
  }
}

/**
 * One part of set-up.
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {() => Promise<string | undefined> | string | undefined} fresh what is there when nothing is left to do,
 *   otherwise undefined; asked at every start, so it must be fast
 * @property {(progress: (text: string) => void) => Promise<string | { detail: string, warning?: string }>} run does the
 *   work and says what is there now; throws SetupError
 */

/**
 * Does the steps in order, each with one line of output, and stops at the first that fails. Whatever a step leaves
 * half-done when it is interrupted, its `fresh` must not accept: that makes the whole resumable.
 *
 * @param {Step[]} steps
 * @param {ReturnType<import('./reporter.mjs').lineReporter>} reporter
 * @returns {Promise<{ ok: boolean, warnings: string[], failed?: string }>}
 */
export async function runSteps(steps, reporter) {
  const warnings = [];
  for (const [index, step] of steps.entries()) {
    reporter.begin(`[${index + 1}/${steps.length}] ${step.name}`);
    try {
      const present = await step.fresh();
      if (present !== undefined) {
        reporter.end(present ? `ready (${present})` : 'ready');
        continue;
      }
      const result = await step.run((text) => reporter.progress(text));
      const { detail, warning } = typeof result === 'string' ? { detail: result } : result;
      reporter.end(detail);
      if (warning) warnings.push(warning);
    } catch (error) {
      reporter.end('failed');
      reporter.note(error instanceof SetupError ? error.message : (error.stack ?? String(error)));
      if (error.remedy) reporter.note(error.remedy);
      return { ok: false, warnings, failed: step.name };
    }
  }
  for (const warning of warnings) reporter.note(warning);
  return { ok: true, warnings };
}
