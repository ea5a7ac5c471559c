import type { MimeBundle } from '../kernel/bridge';
import { publish } from './bundle';
import { checkChart } from './chart-check';
import { CHART_THEME } from './chart-theme';
import { escapeText } from './text';

/** A Vega-Lite specification; `$schema`, background and theme may be left out. */
export type ChartSpec = Record<string, unknown>;

/** JupyterLab 4 renders versions 3 to 5 of Vega-Lite, so charts are sent to it as version 5. */
export const VEGA_LITE_MIME = 'application/vnd.vegalite.v5+json';
const VEGA_LITE_SCHEMA = 'https://vega.github.io/schema/vega-lite/v5.json';

/**
 * Shows a Vega-Lite chart at once: interactive in JupyterLab, with a static SVG of the same chart for other viewers.
 * Resolves when it is shown. What Vega warns of is printed.
 *
 * @throws Error for a specification that Vega-Lite cannot compile, or that names a field which its data do not have
 */
export async function showChart(spec: ChartSpec): Promise<void> {
  publish(await chartBundle(spec));
}

/** The output of `showChart`, unshown. */
export async function chartBundle(spec: ChartSpec): Promise<MimeBundle> {
  const themed = withTheme(spec);
  return {
    data: {
      [VEGA_LITE_MIME]: themed,
      'image/svg+xml': await renderChart(themed),
      'text/plain': chartText(spec),
    },
    metadata: {
      [VEGA_LITE_MIME]: {
        embed_options: { actions: { export: true, source: false, compiled: false, editor: false } },
      },
    },
  };
}

/** The specification with the course's theme below its own settings, and the version that JupyterLab accepts. */
export function withTheme(spec: ChartSpec): ChartSpec {
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) {
    throw new Error(
      'showChart: got no object; expected a Vega-Lite specification such as { data, mark, encoding }',
    );
  }
  const own = (spec['config'] ?? {}) as Record<string, unknown>;
  const config: Record<string, unknown> = { ...CHART_THEME, ...own };
  for (const [part, defaults] of Object.entries(CHART_THEME)) {
    if (isObject(defaults) && isObject(own[part])) config[part] = { ...defaults, ...own[part] };
  }
  return { description: chartWords(spec), ...spec, $schema: VEGA_LITE_SCHEMA, config };
}

/** What a chart is, for whoever does not see it: its title and its axes. */
function chartWords(spec: ChartSpec): string {
  const { x, y } = (spec['encoding'] ?? {}) as Record<string, unknown>;
  const axes = [y, x].map((axis) => isObject(axis) && (axis['title'] ?? axis['field'])).filter(Boolean);
  return [['Chart', titleOf(spec)].filter(Boolean).join(': '), axes.join(' against ')]
    .filter(Boolean)
    .join('; ');
}

/** One line that stands for a chart where nothing can be drawn. */
export function chartText(spec: ChartSpec): string {
  const title = titleOf(spec);
  return `[chart${title ? `: ${title}` : ''}]`;
}

function titleOf(spec: ChartSpec): string {
  const title = isObject(spec['title']) ? spec['title']['text'] : spec['title'];
  return title ? [title].flat().join(' ') : '';
}

async function renderChart(spec: ChartSpec): Promise<string> {
  checkChart('showChart', spec);
  // Both are ECMAScript modules, which only a real `import()` loads from CommonJS.
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const warnings = new Set<string>();
  const logger = vega.logger(vega.Warn, undefined, (_method, _level, input) =>
    warnings.add((input as unknown[]).map(String).join(' ')),
  );
  try {
    const compiled = compile(spec as unknown as Parameters<typeof compile>[0], { logger }).spec;
    const view = new vega.View(vega.parse(compiled), { renderer: 'none', logger });
    const svg = await view.toSVG();
    view.finalize();
    for (const warning of warnings) console.log(`showChart: Vega-Lite notes: ${warning}`);
    return svg.replace('<svg ', `<svg role="img" aria-label="${escapeText(String(spec['description']))}" `);
  } catch (error) {
    const reasons = [firstSentence(error), ...warnings].join(' — ');
    throw new Error(`showChart: Vega-Lite cannot draw this specification: ${reasons}`, {
      cause: error,
    });
  }
}

/** Vega-Lite quotes the whole specification, theme included, in its message; the end of it says what is wrong. */
function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^Invalid specification \{.*\}\. /s, '');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
