import { escapeText } from './text';

export interface HtmlPage {
  /** Text of the head's title and the first heading. */
  title: string;
  /** Rules that the page adds to its own. */
  style?: string;
  /** The width of its text; default '64rem'. */
  width?: string;
  /** What stands below the heading, as HTML. */
  body: string;
}

/** A whole page that needs nothing from elsewhere, and runs and loads nothing. */
export function htmlPage({ title, style = '', width = '64rem', body }: HtmlPage): string {
  const name = escapeText(title);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${name}</title>
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:${width};margin:2rem auto;padding:0 1rem}svg{max-width:100%;height:auto}${style}</style>
</head><body><h1>${name}</h1>
${body}
</body></html>
`;
}
