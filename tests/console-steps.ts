import type { Page } from 'playwright-core';

/** The counted steps of an operator for one task: each click, key and text is a step. */
export function stepsOn(page: Page) {
  let steps = 0;
  const step = async (act: Promise<unknown>) => {
    steps += 1;
    await act;
  };
  const field = page.getByLabel(/^Search orders/);
  return {
    get count() {
      return steps;
    },
    act: step,
    click: (name: string | RegExp) => step(page.getByRole('button', { name }).first().click()),
    tab: (name: string) => step(page.getByRole('tab', { name }).click()),
    link: (name: string | RegExp) => step(page.getByRole('link', { name }).first().click()),
    check: (label: string) => step(page.getByLabel(label).check()),
    fill: (label: string, text: string) => step(page.getByLabel(label).fill(text)),
    /** Two steps: the text, and Enter. */
    async search(text: string): Promise<void> {
      await step(field.fill(text));
      await page.getByRole('option').first().waitFor();
      await step(field.press('Enter'));
    },
  };
}
