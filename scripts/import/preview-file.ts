import { createInterface } from 'node:readline/promises';
import type { ImportStatus } from './import-client.ts';

/** Lines with the effects that a file would have, or had. */
export function describeEffect(of: ImportStatus): readonly string[] {
  const { applied, unchanged, rejected, duplicates, zeroed, created_skus, created_locations } = of;
  const more: readonly (readonly [number, string])[] = [
    [unchanged, 'change nothing'],
    [duplicates, 'name a level that an earlier row names'],
    [created_skus, created_skus === 1 ? 'SKU is new' : 'SKUs are new'],
    [created_locations, created_locations === 1 ? 'location is new' : 'locations are new'],
    [zeroed, 'levels that the file does not name become 0'],
  ];
  return [
    `${count(applied)} of ${count(of.rows)} rows can be applied, ${count(rejected)} would be rejected.`,
    ...more.filter(([number]) => number > 0).map(([number, what]) => `  ${count(number)} ${what}`),
    ...differencesOf(of),
  ];
}

function differencesOf({ differences }: ImportStatus): readonly string[] {
  if (!differences || differences.length === 0) return [];
  const lines = differences.map(({ sku, location, on_hand, new_on_hand }) => {
    const by = new_on_hand - on_hand;
    const change = `${count(on_hand)} to ${count(new_on_hand)} (${by > 0 ? '+' : ''}${count(by)})`;
    return `  ${sku} at ${location}: ${change}`;
  });
  return ['Largest differences:', ...lines];
}

const count = (number: number): string => number.toLocaleString('en');

/** Whether the person at the terminal agrees. @throws {Error} when there is none */
export async function askToImport(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new Error(
      'Nothing was imported. There is nobody to ask here: to import without a question, add --yes.',
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Import it? [y/N] ');
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
