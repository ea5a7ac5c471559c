import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../setup/command.mjs';
import { jupyterEnvironment } from '../setup/jupyter-environment.mjs';
import { brokenLinks } from './check-links.mjs';
import { firstPage, sitePage } from './site-page.mjs';

const SOURCES = fileURLToPath(new URL('site/', import.meta.url));
const SCRIPTS = [
  'vega/build/vega.min.js',
  'vega-lite/build/vega-lite.min.js',
  'vega-embed/build/vega-embed.min.js',
];
const KATEX = ['katex.min.css', 'fonts'];

/**
 * Makes the web site of executed notebooks, and checks its links.
 *
 * @param {import('../setup/context.mjs').Context} context
 * @param {{ name: string, notebook: object, row: object }[]} sections
 * @param {{ target: string, solutions: boolean }} options `target`: the site's folder, which is replaced when the new
 *   one is whole
 * @throws {Error} with Sphinx's words, or the broken links
 */
export async function buildSite(context, sections, { target, solutions }) {
  const work = `${target}.part`;
  fs.rmSync(work, { recursive: true, force: true });
  const assets = path.join(work, '_static');
  fs.mkdirSync(path.join(assets, 'katex'), { recursive: true });
  fs.copyFileSync(path.join(SOURCES, 'conf.py'), path.join(work, 'conf.py'));
  for (const name of ['course.css', 'course.js'])
    fs.copyFileSync(path.join(SOURCES, name), path.join(assets, name));
  const packages = path.join(context.root, 'node_modules');
  for (const file of SCRIPTS)
    fs.copyFileSync(path.join(packages, file), path.join(assets, path.basename(file)));
  for (const name of KATEX) {
    fs.cpSync(path.join(packages, 'katex', 'dist', name), path.join(assets, 'katex', name), {
      recursive: true,
    });
  }
  fs.writeFileSync(path.join(work, 'index.md'), firstPage(sections));
  const names = sections.map(({ name }) => name);
  for (const { name, notebook } of sections) {
    fs.writeFileSync(
      path.join(work, `${name}.ipynb`),
      JSON.stringify(sitePage(notebook, { solutions, names })),
    );
  }

  const built = path.join(work, 'build');
  const args = ['-m', 'sphinx', '-b', 'html', '-W', '--keep-going', '-q', work, built];
  const jupyter = jupyterEnvironment(context);
  // KaTeX asks for `node`: this one, wherever it was started from.
  const env = { ...jupyter, PATH: [path.dirname(process.execPath), jupyter.PATH].join(path.delimiter) };
  const { code, output } = await runCommand(context.venvPython, args, { env });
  if (code !== 0) throw new Error(`Sphinx could not make the site:\n${output.slice(-4000)}`);
  fs.rmSync(path.join(built, '.doctrees'), { recursive: true, force: true });
  const broken = brokenLinks(built);
  if (broken.length) throw new Error(`The site has broken links:\n${broken.join('\n')}`);
  fs.rmSync(target, { recursive: true, force: true });
  fs.renameSync(built, target);
  fs.rmSync(work, { recursive: true });
}
