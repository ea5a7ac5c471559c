import path from 'node:path';

/**
 * The environment of Jupyter's programs: their settings and run-time files stay in .venv; the user's own Jupyter is
 * neither read nor changed.
 *
 * @param {import('./context.mjs').Context} context
 * @returns {Record<string, string | undefined>}
 */
export function jupyterEnvironment({ env, venv, venvPython }) {
  const home = path.join(venv, 'jupyter');
  return {
    ...env,
    // nbgrader calls its helpers by name.
    PATH: [path.dirname(venvPython), env.PATH].join(path.delimiter),
    JUPYTER_CONFIG_DIR: path.join(home, 'config'),
    JUPYTER_DATA_DIR: path.join(home, 'data'),
    JUPYTER_RUNTIME_DIR: path.join(home, 'runtime'),
    IPYTHONDIR: path.join(home, 'ipython'),
  };
}

/**
 * The same for nbgrader's commands, which take their settings from the folder that they run in, not from JupyterLab's.
 *
 * @param {import('./context.mjs').Context} context
 */
export function nbgraderEnvironment(context) {
  return {
    ...jupyterEnvironment(context),
    JUPYTER_CONFIG_DIR: path.join(context.venv, 'jupyter', 'nbgrader'),
  };
}
