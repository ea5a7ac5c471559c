import fs from 'node:fs';
import path from 'node:path';
import { listFiles } from '../setup/files.mjs';

/** What a page loads by itself, unlike where its links lead. */
const LOADED = /<(?:script|img|link|iframe|video|audio|source)\b[^>]*?\s(?:src|href)="([^"]+)"/g;
const LINKS = /<a\b[^>]*?\shref="([^"]+)"/g;

/**
 * What is wrong with the links of a static site: a page, file or heading that is not there, and whatever a page would
 * load from the network. Links to the web are not followed.
 *
 * @param {string} folder
 * @returns {string[]} one line each
 */
export function brokenLinks(folder) {
  const pages = new Map(
    listFiles(folder)
      .filter((name) => name.endsWith('.html'))
      .map((name) => [name, withoutScripts(fs.readFileSync(path.join(folder, name), 'utf8'))]),
  );
  const anchors = new Map([...pages].map(([name, html]) => [name, idsOf(html)]));
  const problems = [];
  for (const [name, html] of pages) {
    const check = (link, loaded) => {
      const problem = problemOf(link, { folder, name, anchors, loaded });
      if (problem) problems.push(`${name}: ${problem}`);
    };
    for (const [, link] of html.matchAll(LOADED)) check(link, true);
    for (const [, link] of html.matchAll(LINKS)) check(link, false);
  }
  return problems;
}

/** What scripts hold is data or code; their own addresses stay. */
const withoutScripts = (html) => html.replace(/(<script\b[^>]*>)[\s\S]*?<\/script>/g, '$1</script>');

const idsOf = (html) =>
  new Set([...html.matchAll(/\s(?:id|name)="([^"]+)"/g)].map(([, id]) => unescaped(id)));

const unescaped = (text) =>
  text
    .replace(/&amp;/g, '&')
    .replace(/&#(x?)([\da-f]+);/gi, (_, hex, code) => String.fromCodePoint(parseInt(code, hex ? 16 : 10)));

function problemOf(escapedLink, { folder, name, anchors, loaded }) {
  const link = unescaped(escapedLink);
  if (/^(data|mailto|javascript):/.test(link)) return undefined;
  if (/^(https?:)?\/\//.test(link)) return loaded ? `loads ${link} from the network` : undefined;
  const [place, anchor] = link.split('#');
  const target = place
    ? path.posix.join(path.posix.dirname(name), decodeURIComponent(place.split('?')[0]))
    : name;
  if (!fs.existsSync(path.join(folder, target))) return `leads to ${link}, which is not there`;
  const ids = anchors.get(target);
  if (anchor && ids && !ids.has(decodeURIComponent(anchor)))
    return `leads to ${link}: no heading of that name`;
  return undefined;
}
