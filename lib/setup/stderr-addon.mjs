import path from 'node:path';
import {
  addonIsInstalled,
  addonKey,
  headerArgument,
  installAddon,
  sharedArguments,
} from './native-addon.mjs';

const SOURCE = 'lib/runtime/native/stderr.c';
/** Where lib/runtime/quiet.ts looks for it. */
const TARGET = '.build/native/stderr.node';

/** Whether the clone has the addon that keeps TensorFlow's start-up messages off the screen. */
export function stderrAddonIsReady(context, native) {
  return addonIsInstalled(context, describe(context, native));
}

/**
 * Installs it. Everything works without it, so that no failure stops set-up.
 *
 * @param {ReturnType<typeof import('./wheels.mjs').chooseTensorFlow>} native
 * @param {(text: string) => void} progress
 * @returns {Promise<string | undefined>} a warning where it could not be installed
 */
export async function installStderrAddon(context, native, progress) {
  const failure = await installAddon(context, describe(context, native), progress);
  if (!failure) return undefined;
  const reason =
    failure.cause === 'no compiler' ? failure.message : `${SOURCE} ${failure.cause}: ${failure.message}`;
  return `TensorFlow will print its start-up messages: ${reason}`;
}

/**
 * The compiler's arguments. The compiler is the C++ one that the TensorFlow addon needs anyway, told that this is C.
 *
 * @param {'so' | 'dylib'} suffix
 */
export function stderrCompilerArguments(root, suffix, output) {
  return [...sharedArguments(suffix), headerArgument(root), '-x', 'c', path.join(root, SOURCE), '-o', output];
}

/** @returns {import('./native-addon.mjs').Addon} */
function describe(context, { suffix }) {
  const { root } = context;
  return {
    target: TARGET,
    key: () =>
      addonKey(context, [path.join(root, SOURCE)], [suffix], stderrCompilerArguments('', suffix, '')),
    compilerArguments: (output) => stderrCompilerArguments(root, suffix, output),
  };
}
