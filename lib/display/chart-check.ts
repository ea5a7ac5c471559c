type Json = Record<string, unknown>;

// https://vega.github.io/vega-lite/docs/mark.html
const MARKS =
  'arc area bar boxplot circle errorband errorbar geoshape image line point rect rule square text tick trail';

// https://vega.github.io/vega-lite/docs/type.html
const TYPES = 'quantitative temporal ordinal nominal geojson';

/**
 * Finds what Vega-Lite does not report in words that a reader can act on: marks and types that do not exist, and
 * encodings whose field is in none of the data rows, for which it draws an empty chart and says nothing.
 * Charts whose fields come from elsewhere (transforms, named or remote data) are left alone.
 *
 * @throws Error that lists what exists instead
 */
export function checkChart(caller: string, spec: Json): void {
  visit(caller, spec, undefined);
}

function visit(caller: string, view: Json, inherited: Set<string> | undefined): void {
  checkMark(caller, view['mark']);
  if (Array.isArray(view['transform']) && view['transform'].length > 0) return;
  const fields = 'data' in view ? dataFields(view['data']) : inherited;
  if (fields) {
    for (const [channel, definition] of Object.entries((view['encoding'] ?? {}) as Json)) {
      for (const one of [definition].flat()) checkChannel(caller, channel, one, fields);
    }
  }
  for (const part of ['layer', 'hconcat', 'vconcat', 'concat']) {
    for (const child of (view[part] ?? []) as Json[]) visit(caller, child, fields);
  }
  if (view['spec'] && !view['repeat']) visit(caller, view['spec'] as Json, fields);
}

function checkMark(caller: string, mark: unknown): void {
  const type = typeof mark === 'object' ? (mark as { type?: unknown } | null)?.type : mark;
  if (type === undefined || isOneOf(MARKS, type)) return;
  throw new Error(`${caller}: got mark "${String(type)}"; expected one of ${MARKS.replaceAll(' ', ', ')}`);
}

function checkChannel(caller: string, channel: string, definition: unknown, fields: Set<string>): void {
  const { field, type } = (definition ?? {}) as { field?: unknown; type?: unknown };
  if (type !== undefined && !isOneOf(TYPES, type)) {
    throw new Error(
      `${caller}: encoding ${channel} got type "${String(type)}"; expected one of ${TYPES.replaceAll(' ', ', ')}`,
    );
  }
  if (typeof field !== 'string' || fields.has(field) || /[.[\]\\]/.test(field)) return;
  throw new Error(
    `${caller}: encoding ${channel} got field "${field}", which no data row has; the fields are ` +
      [...fields].map((name) => `"${name}"`).join(', '),
  );
}

function dataFields(data: unknown): Set<string> | undefined {
  const values = (data as { values?: unknown } | null)?.values;
  if (!Array.isArray(values) || values.length === 0) return undefined;
  const rows = values.filter((row): row is object => typeof row === 'object' && row !== null);
  return rows.length === values.length ? new Set(rows.flatMap((row) => Object.keys(row))) : undefined;
}

function isOneOf(names: string, value: unknown): boolean {
  return names.split(' ').includes(String(value));
}
