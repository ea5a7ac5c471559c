import { studentNotebook } from '../setup/student-notebook.mjs';

const LINK = /\[([^\]]+)\]\(([^)/]+)\.ipynb\)/g;
const VEGA_LITE = 'application/vnd.vegalite.v5+json';

/**
 * An executed notebook as the web site shows it: charts with all that draws them in a page, exercises without their
 * solutions, as students get them.
 *
 * @param {object} notebook nbformat 4, with outputs; left as it is
 * @param {{ solutions: boolean, names: string[] }} options `names`: the sections that the site has; links to others
 *   become words
 */
export function sitePage(notebook, { solutions, names }) {
  const sources = new Map(studentNotebook(notebook).cells.map(({ id, source }) => [id, source]));
  const cells = notebook.cells.map((cell) => {
    const source = solutions ? text(cell.source) : sources.get(cell.id);
    if (cell.cell_type === 'code') return { ...cell, source, outputs: cell.outputs.map(siteOutput) };
    return {
      ...cell,
      source: source.replace(LINK, (link, words, name) => (names.includes(name) ? link : words)),
    };
  });
  return { ...notebook, cells };
}

function siteOutput(output) {
  const { data } = output;
  if (!data) return output;
  const chart = data[VEGA_LITE];
  const picture = data['image/svg+xml'];
  if (chart && picture) return { ...output, data: { 'text/html': chartHtml(chart, text(picture)) } };
  return output;
}

/** The still picture, and the specification that course.js draws in its place. */
function chartHtml({ $schema: _, ...spec }, svg) {
  const image = `<img src="data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}" alt="${escape(spec.description)}">`;
  const json = JSON.stringify(spec).replaceAll('<', '\\u003c');
  return `<figure class="course-chart">${image}<script type="application/json">${json}</script></figure>`;
}

const text = (value) => [value].flat().join('');

const escape = (words) => String(words).replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`);

/**
 * The first page: what the course is, and its sections.
 *
 * @param {{ name: string, row: { title: string, what: string, minutes: number } }[]} sections
 */
export function firstPage(sections) {
  const rows = sections.map(
    ({ name, row }) => `| [${row.title}](${name}.ipynb) | ${row.what} | ${row.minutes} min |`,
  );
  return `# Medical image segmentation in TypeScript

Each section is a notebook that was run from top to bottom; what its cells showed stands below them, and what can be
played, moved or chosen works here as it does in JupyterLab. To change code and write exercises, open the course itself:
\`npm start\`.

| section | what you do | two cores |
| --- | --- | --- |
${rows.join('\n')}

\`\`\`{toctree}
:hidden:
${sections.map(({ name }) => name).join('\n')}
\`\`\`
`;
}
