import type * as TensorFlow from '@tensorflow/tfjs-node-gpu';
import { configureGpu, warnOfIdleGpu } from './gpu';
import { restoreLegacyUtil } from './legacy-util';
import { keepMemory } from './native/process-addon';
import { withoutChatter } from './quiet';

/* The two packages are required, not imported: which one serves is known only once the native addon was tried. */
/* eslint-disable @typescript-eslint/no-require-imports */

const NATIVE = '@tensorflow/tfjs-node-gpu';

restoreLegacyUtil();
try {
  configureGpu();
  keepMemory();
  const native = withoutChatter(() => require(NATIVE) as typeof TensorFlow);
  warnOfIdleGpu((native.backend() as unknown as { isUsingGpuDevice: boolean }).isUsingGpuDevice);
} catch (error) {
  serveFallback(error);
}

/** Lets the JavaScript backend answer wherever the native package is imported, in notebooks too. */
function serveFallback(error: unknown): void {
  const reason = String(error instanceof Error ? error.message : error)
    .trim()
    .split('\n', 1)[0];
  process.emitWarning(
    `native TensorFlow is not available (${reason}). The JavaScript backend serves instead: same results, ` +
      'some 50 times slower. Remedy: npm run setup',
    { type: 'segcourse' },
  );
  const fallback = require('@tensorflow/tfjs') as typeof TensorFlow;
  fallback.setBackend('cpu');
  // The backend would print its own advice, to install a package that does not help here, at the first tensor.
  (fallback.backend() as unknown as { firstUse: boolean }).firstUse = false;
  const id = require.resolve(NATIVE);
  require.cache[id] = Object.assign(new (module.constructor as new (id: string) => NodeModule)(id), {
    exports: fallback,
    filename: id,
    loaded: true,
  });
}
