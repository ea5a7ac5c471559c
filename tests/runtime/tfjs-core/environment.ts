import { tf } from '../../../lib/runtime';
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util';

// As in tfjs-node's own run_tests.ts.
setTestEnvs([{ name: 'test-tensorflow', backendName: 'tensorflow', flags: {}, isDataSync: true }]);

if (tf.getBackend() !== 'tensorflow') {
  throw new Error(`got backend '${tf.getBackend()}'; expected 'tensorflow': run \`npm run setup\``);
}
