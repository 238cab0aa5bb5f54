import { type Fault, FAULTS_MAX, nameFault } from '@holdfast/contract';
import type { Queryable } from '@holdfast/db';
import { isNameStored, type NameHolder } from './stored-name-store.ts';

/** A name in a request, and its path in the request. */
export interface GivenName {
  readonly path: string;
  readonly name: string | null | undefined;
  /** The record that would get the name. Null: it is never looked up, so it is always checked. */
  readonly of: NameHolder | null;
}

/**
 * Faults of names that would be created. A name that an older version has stored remains valid; only names
 * that break the rule are looked up. None can appear between the look-up and the write.
 */
export async function faultsOfNames(db: Queryable, given: readonly GivenName[]): Promise<readonly Fault[]> {
  const faults: Fault[] = [];
  for (const { path, name, of } of given) {
    if (name === null || name === undefined) continue;
    const message = nameFault(name);
    if (message === null || (of !== null && (await isNameStored(db, of, name)))) continue;
    faults.push({ path, message });
    if (faults.length === FAULTS_MAX) break; // a problem has no more faults, and each fault cost a lookup
  }
  return faults;
}
