import type * as TensorFlow from '@tensorflow/tfjs-node-gpu';
import { restoreLegacyUtil } from './legacy-util';
import { withoutChatter } from './quiet';

/* The two packages are required, not imported: which one serves is known only once the native addon was tried. */
/* eslint-disable @typescript-eslint/no-require-imports */

/** TensorFlow.js: on native TensorFlow where its addon loads, else on the JavaScript backend. */
export const tf: typeof TensorFlow = load();

function load(): typeof TensorFlow {
  restoreLegacyUtil();
  try {
    return withoutChatter(() => require('@tensorflow/tfjs-node-gpu') as typeof TensorFlow);
  } catch (error) {
    return loadFallback(error);
  }
}

function loadFallback(error: unknown): typeof TensorFlow {
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
  return fallback;
}
