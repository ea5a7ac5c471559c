import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { readJson, writeJson } from './files.mjs';
import { configureFormgrader } from './formgrader.mjs';
import { jupyterEnvironment } from './jupyter-environment.mjs';

const POLL_MS = 200;
const NBGRADER = ['formgrader', 'validate_assignment', 'assignment_list', 'course_list'];

/**
 * Runs JupyterLab on this machine alone (127.0.0.1, with a fresh token) until it is stopped.
 *
 * Its settings, workspaces and run-time files stay in .venv; the user's own Jupyter is neither read nor changed.
 *
 * @param {import('./context.mjs').Context} context
 * @param {{ folder: string, source: boolean, classroom?: string, browser: boolean, port?: number }} options `folder`: what the file browser
 *   shows; `source`: for an instructor, with nbgrader's panels on the course folder
 * @returns {Promise<number>} exit code
 */
export async function startJupyterLab(context, options) {
  const env = { ...jupyterEnvironment(context), JUPYTER_TOKEN: randomBytes(24).toString('hex') };
  const runtime = env.JUPYTER_RUNTIME_DIR;
  fs.mkdirSync(runtime, { recursive: true });
  writeJson(path.join(env.JUPYTER_CONFIG_DIR, 'labconfig', 'page_config.json'), {
    disabledExtensions: { '@jupyter/nbgrader': !options.source },
  });
  if (options.source) {
    const classroom = options.classroom ?? path.join(context.root, 'classroom');
    configureFormgrader(context, env.JUPYTER_CONFIG_DIR, classroom);
  }
  // In a process group of its own, so that Ctrl-C reaches it once and as SIGTERM, on which it stops without a question.
  const server = spawn(context.venvPython, ['-m', 'jupyterlab', ...serverArguments(options)], {
    cwd: options.folder,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  const stop = () => server.kill('SIGTERM');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  const announcing = announce(path.join(runtime, `jpserver-${server.pid}.json`), options);
  const code = await new Promise((resolve) => {
    server.on('error', (error) => {
      console.error(`JupyterLab does not start: ${error.message}`);
      resolve(1);
    });
    server.on('exit', (exitCode) => resolve(exitCode ?? 0));
  });
  clearInterval(announcing);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeListener(signal, stop);
  return code;
}

/** Where the browser starts: at the sources, in the folder of the course that formgrader must see as a whole. */
const firstPage = ({ source, classroom }) => (source && !classroom ? 'lab/tree/notebooks' : 'lab');

/** The command line of `jupyter lab`. */
export function serverArguments({ folder, source, classroom, browser, port }) {
  return [
    `--LabApp.default_url=/${firstPage({ source, classroom })}`,
    '--ServerApp.ip=127.0.0.1',
    `--ServerApp.root_dir=${folder}`,
    '--ServerApp.log_level=WARN',
    '--LabApp.log_level=WARN',
    '--LabApp.extension_manager=readonly',
    '--KernelSpecManager.ensure_native_kernel=False',
    '--KernelSpecManager.allowed_kernelspecs=segcourse',
    '--MultiKernelManager.default_kernel_name=segcourse',
    ...(source
      ? []
      : NBGRADER.map((name) => `--ServerApp.jpserver_extensions=nbgrader.server_extensions.${name}=False`)),
    ...(port ? [`--ServerApp.port=${port}`, '--ServerApp.port_retries=0'] : []),
    ...(browser ? [] : ['--no-browser']),
    // Root is the usual user in a container.
    ...(process.getuid?.() === 0 ? ['--allow-root'] : []),
  ];
}

/** Prints where JupyterLab is, as soon as it says so in its run-time file. */
function announce(file, options) {
  const timer = setInterval(() => {
    const server = readJson(file);
    if (!server) return;
    clearInterval(timer);
    console.log(
      `\nThe course is open at ${server.url}${firstPage(options)}?token=${server.token}\nCtrl-C ends it.\n`,
    );
  }, POLL_MS);
  return timer;
}
