interface Output {
  data?: Record<string, string | string[]>;
}

const FENCED = /^```[\s\S]*?^```/gm;

/** What is wrong with the order of a text's headings: one of the first level, at the top, and no level left out. */
export function headingProblems(markdown: string): string[] {
  const headings = [...markdown.replace(FENCED, '').matchAll(/^(#{1,6}) +(.+)$/gm)].map(
    ([, marks, text]) => ({
      level: marks.length,
      text,
    }),
  );
  if (headings.length === 0) return ['no heading'];
  const problems = headings[0].level === 1 ? [] : [`begins with level ${headings[0].level}`];
  headings.slice(1).forEach(({ level, text }, index) => {
    const before = headings[index].level;
    if (level === 1) problems.push(`"${text}" is a second heading of level 1`);
    if (level > before + 1) problems.push(`"${text}" of level ${level} follows level ${before}`);
  });
  return problems;
}

/** The pictures of a text, in Markdown or HTML, that say nothing to whoever does not see them. */
export function silentPictures(text: string): string[] {
  const plain = text.replace(FENCED, '');
  const marked = [...plain.matchAll(/!\[\s*\]\([^)]*\)/g)].map(([picture]) => picture);
  return [...marked, ...silentElements(plain)];
}

/** The same for what a cell shows. */
export const silentOutputs = (outputs: Output[]): string[] =>
  outputs.flatMap(({ data = {} }) => {
    const parts = ['text/html', 'image/svg+xml'].map((mime) => [data[mime] ?? ''].flat().join(''));
    const bare = Object.keys(data).filter((mime) => /^image\/(png|jpeg)$/.test(mime));
    return [...parts.flatMap(silentElements), ...(data['text/html'] ? [] : bare)];
  });

function silentElements(html: string): string[] {
  // What a script holds is drawn later, and has tests of its own.
  const shown = html.replace(/<script[\s\S]*?<\/script>/g, '');
  return [...shown.matchAll(/<(img|svg)\b[^>]*>(?:<title>\s*([^<]*))?/g)]
    .filter(([tag, name, title]) => !speaks(tag, name, title))
    .map(([tag]) => tag.slice(0, 200));
}

function speaks(tag: string, name: string, title: string | undefined): boolean {
  const words = (attribute: string) => new RegExp(`\\s${attribute}="[^"]*\\S[^"]*"`).test(tag);
  if (/\saria-hidden="true"/.test(tag)) return true;
  if (name === 'img') return words('alt');
  return /\srole="img"/.test(tag) && (words('aria-label') || Boolean(title));
}
