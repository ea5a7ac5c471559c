import { writeSync } from 'node:fs';
import { processAddon } from './native/process-addon';

/** Lines that TensorFlow's libraries write to standard error while they load, before their log level counts. */
const chatter = [
  /^WARNING: All log messages before absl::InitializeLog\(\) is called are written to STDERR$/,
  /^I\d{4} .*\] oneDNN custom operations are on\./,
  // The build for NVIDIA GPUs where there is none, or all are hidden from it.
  /^I\d{4} .*\] Could not find cuda drivers on your machine, GPU will not be used\.$/,
  /^E\d{4} .*\] failed call to cuInit: /,
];

/** Errors only. A process that we start inherits it, and a user who sets it wants the same. */
const QUIET = '2';

/**
 * Runs `load`, which brings native TensorFlow in, with TensorFlow's information and warnings off.
 *
 * Another `TF_CPP_MIN_LOG_LEVEL` of the user's own stays, and then nothing is filtered: the way to see all that is
 * logged. Everything but the known lines reaches standard error once `load` has ended.
 */
export function withoutChatter<T>(load: () => T): T {
  const { TF_CPP_MIN_LOG_LEVEL: level = QUIET } = process.env;
  if (level !== QUIET) return load();
  process.env.TF_CPP_MIN_LOG_LEVEL = QUIET;
  const standardError = processAddon();
  if (!standardError?.capture()) return load();
  try {
    return load();
  } finally {
    forward(standardError.release());
  }
}

function forward(text: string): void {
  const kept = text.split('\n').filter((line) => !chatter.some((pattern) => pattern.test(line)));
  if (kept.some((line) => line !== '')) writeSync(2, kept.join('\n'));
}
