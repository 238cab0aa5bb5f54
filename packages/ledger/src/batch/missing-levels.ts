import type { Transaction } from '@holdfast/db';
import { levelsNamedBy, type Command } from '@holdfast/domain';

/** A level that is being set for the first time needs a row that can be locked. Nobody sees it while its version is 0. */
export async function addMissingLevels(tx: Transaction, commands: readonly Command[]): Promise<void> {
  const named = commands.filter(mayAddLevels).flatMap(levelsNamedBy);
  if (named.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO stock_levels (sku, location)
    SELECT DISTINCT sku, location
    FROM unnest(${named.map(({ sku }) => sku)}::text[], ${named.map(({ location }) => location)}::text[])
      AS wanted (sku, location)
    LEFT JOIN stock_levels known USING (sku, location)
    JOIN skus USING (sku)
    JOIN locations USING (location)
    WHERE known.sku IS NULL
    ORDER BY sku, location
    ON CONFLICT DO NOTHING`;
}

function mayAddLevels(command: Command): boolean {
  if (command.kind === 'set-stock') return command.ifVersion === null;
  return command.kind !== 'repair-stock' || !command.dryRun;
}
