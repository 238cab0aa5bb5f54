import type { Queryable } from '@holdfast/db';
import { faultsOfNames, type GivenName } from '@holdfast/reservations';
import { notValid } from './problem.ts';

/** @throws {Problem} `validation_failed`, which names each of them */
export async function requireNames(db: Queryable, given: readonly GivenName[]): Promise<void> {
  const faults = await faultsOfNames(db, given);
  if (faults.length > 0) throw notValid('The request', faults);
}
