import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
/** The Web Content Accessibility Guidelines 2.2, levels A and AA. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

interface Axe {
  run(
    place: unknown,
    options: object,
  ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
}

/**
 * What axe-core finds wrong with a page: the rule, the element and why, a line each.
 *
 * @param part a CSS selector; by default all of it
 */
export async function accessibilityProblems(page: Page, part = 'html'): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(
    async ([place, ...rules]) => {
      const { axe } = globalThis as unknown as { axe: Axe };
      // A page that was opened from a file may not fetch its style sheets again.
      const { violations } = await axe.run(place, { preload: false, runOnly: rules });
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary = '' }) => `${id}: ${html.slice(0, 200)}: ${failureSummary}`),
      );
    },
    [part, ...RULES],
  );
}
