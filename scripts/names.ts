/**
 * `npm run names`: lists stored names that break the naming rule (docs/contract.md, Names), as they could come into being
 * before there was one. Reads the database of DATABASE_URL, and changes nothing. Exits with 0, or 1 when it cannot read.
 */
import { nameFault } from '@holdfast/contract';
import { openDatabase } from '@holdfast/db';
import { findUnusualNames } from '@holdfast/reservations';

async function main(): Promise<void> {
  const url = process.env['DATABASE_URL'];
  if (url === undefined || url === '') throw new Error('DATABASE_URL: name the database to read');
  const database = openDatabase(url, { poolMax: 1, applicationName: 'holdfast names' });
  try {
    let found = 0;
    for await (const { kind, name } of findUnusualNames(database)) {
      const fault = nameFault(name);
      if (fault === null) continue;
      found += 1;
      console.log(`${kind}\t${JSON.stringify(name)}\t${fault}`);
    }
    console.error(
      found === 0
        ? 'All stored names follow the rule.'
        : `${found} ${found === 1 ? 'name breaks' : 'names break'} the rule.`,
    );
  } finally {
    await database.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
