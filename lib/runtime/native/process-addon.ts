import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../io/package-root';

/** What Node cannot ask of its own process. Set-up builds it from process.c. */
export interface ProcessAddon {
  /** Catches what is written to file descriptor 2; false when nothing was changed. */
  capture(): boolean;
  /** Ends that, and gives the text that was written meanwhile. */
  release(): string;
  /** From now on the process keeps large blocks that are freed, for the next ones; false where malloc cannot. */
  keepMemory(): boolean;
}

let addon: { exports: ProcessAddon | undefined } | undefined;

/** The addon, or undefined where set-up could not build it or it does not load: everything works without. */
export function processAddon(): ProcessAddon | undefined {
  return (addon ??= { exports: load() }).exports;
}

/**
 * Lets the process keep the large blocks that TensorFlow frees, to reuse them: else malloc gives those above 32 MiB
 * back, and every training step has the system map and clear their pages anew. Once, before TensorFlow is loaded.
 *
 * Nothing is changed where the user has settings of malloc's own, nor where TensorFlow does without the pool in which
 * it lays out its tensors (it comes with oneDNN, on x86): straight from malloc, tensors of changing sizes would leave
 * gaps that grow the process by a third.
 *
 * @returns whether memory is kept
 */
export function keepMemory(environment: NodeJS.ProcessEnv = process.env): boolean {
  const hasSettings =
    Object.keys(environment).some((name) => name.startsWith('MALLOC_')) ||
    /\bglibc\.malloc\./.test(environment.GLIBC_TUNABLES ?? '');
  const hasPool = process.arch === 'x64' && !/^(0|false)$/i.test(environment.TF_ENABLE_ONEDNN_OPTS ?? '');
  return !hasSettings && hasPool && (processAddon()?.keepMemory() ?? false);
}

function load(): ProcessAddon | undefined {
  const path = join(packageRoot(), '.build', 'native', 'process.node');
  if (!existsSync(path)) return undefined;
  const loaded = { exports: {} };
  try {
    process.dlopen(loaded, path);
  } catch {
    return undefined;
  }
  return loaded.exports as ProcessAddon;
}
