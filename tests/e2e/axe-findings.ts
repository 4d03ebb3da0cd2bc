import axe from 'axe-core';
import type { Page } from 'playwright-core';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** On trial in axe and off by default, but switched on by its tag. */
const OFF = { 'label-content-name-mismatch': { enabled: false } };
/** What comes in softly is judged when it is there. */
const SETTLED_MS = 400;

type Violation = { readonly id: string; readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[] };

/** What axe finds against WCAG 2.2 AA on the page as it is, a line each; `where` says what was open. */
export const axeFindings = async (page: Page, where: string): Promise<string[]> => {
  await page.waitForTimeout(SETTLED_MS);
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(WCAG)}, resultTypes: ['violations'], rules: ${JSON.stringify(OFF)} })`,
  )) as { violations: Violation[] };
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${where}: ${id}: ${html.slice(0, 160)}: ${failureSummary}`),
  );
};
