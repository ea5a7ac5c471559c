import { build, type Plugin } from 'esbuild';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const TFJS_NODE = dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));

/** Inside one bundle the backend is linked in, so there is nothing to choose at run time. */
const linkedBackend: Plugin = {
  name: 'linked-backend',
  setup: ({ onLoad }) =>
    onLoad({ filter: /lib\/runtime\/choose-backend\.ts$/ }, () => ({
      contents: "import { restoreLegacyUtil } from './legacy-util'; restoreLegacyUtil();",
      loader: 'ts',
      resolveDir: join(__dirname, '../../../lib/runtime'),
    })),
};

/** tfjs-node's ES5 classes call their parents as functions, which the ES modules' real classes refuse. */
const constructParents: Plugin = {
  name: 'construct-parents',
  setup: ({ onLoad }) =>
    onLoad(
      { filter: /tfjs-node-gpu\/dist\/(nodejs_kernel_backend|callbacks|tensorboard)\.js$/ },
      ({ path }) => ({
        contents: readFileSync(path, 'utf8').replace(
          /_super\.call\(this(?:, )?(.*?)\) \|\| this/g,
          'Reflect.construct(_super, [$1], this.constructor)',
        ),
      }),
    ),
};

/**
 * Writes tfjs-core's tests, tfjs-node and our runtime as one CommonJS file.
 *
 * One module graph is what makes the tests meet our runtime: the tests import tfjs-core's ES modules, tfjs-node the
 * CommonJS build of the same package, and two copies would each have their own operations.
 */
export async function bundleTests(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(__dirname, 'suite.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['@mapbox/node-pre-gyp', 'jasmine-core', 'node-fetch'],
    // tfjs-node looks for its addon beside its own file.
    define: { __dirname: JSON.stringify(join(TFJS_NODE, 'dist')) },
    // tfjs marks its files as free of side effects, which would drop the tests.
    ignoreAnnotations: true,
    plugins: [linkedBackend, constructParents],
    logLevel: 'error',
  });
}
