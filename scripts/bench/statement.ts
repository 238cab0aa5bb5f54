import type { Client } from 'pg';

/** A statement with the names of its parameters, in order. */
export interface Statement<Name extends string> {
  readonly values: readonly Name[];
  readonly sql: string;
}

/** Runs them one after the other in one transaction, each with what it names of `given`. */
export async function runStatements<Name extends string>(
  client: Client,
  statements: readonly Statement<Name>[],
  given: Readonly<Record<Name, number | string>>,
): Promise<void> {
  await client.query('BEGIN');
  for (const { sql, values } of statements) {
    await client.query(
      sql,
      values.map((name) => given[name]),
    );
  }
  await client.query('COMMIT');
}
