import { DatabaseError, types, type CustomTypesConfig, type PoolClient } from 'pg';
import { TransactionTooLong } from './connections/index.ts';
import { Prisma } from './generated/prisma/client.ts';

/** What runs raw statements: Prisma's client and its transactions do, and {@link RawTransaction}. */
export interface SqlRunner {
  $queryRaw<Rows>(text: TemplateStringsArray | Prisma.Sql, ...values: readonly unknown[]): Promise<Rows>;
  /** @returns how many rows were written */
  $executeRaw(text: TemplateStringsArray | Prisma.Sql, ...values: readonly unknown[]): Promise<number>;
}

/** OID of `bigint`. */
const BIGINT: number = types.builtins.INT8;

/** A bigint is a BigInt, as everywhere. */
const TYPES: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === BIGINT ? BigInt : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};

/**
 * A transaction on the driver itself, for the write path: Prisma's interactive transactions take as long
 * again as PostgreSQL, as each statement and its parameters pass through its client (docs/decisions/0044).
 */
export class RawTransaction implements SqlRunner {
  readonly #client: PoolClient;
  readonly #nameOf: (statement: { readonly sql: string }) => string;
  /** By `performance.now()`. */
  readonly #endsAt: number;

  private constructor(
    client: PoolClient,
    nameOf: (statement: { readonly sql: string }) => string,
    endsAt: number,
  ) {
    this.#client = client;
    this.#nameOf = nameOf;
    this.#endsAt = endsAt;
  }

  /**
   * Runs `work` in a READ COMMITTED transaction. What it throws rolls back and is thrown again.
   *
   * @param nameOf names a statement, so that it is prepared once for each connection
   * @param timeoutMs no statement begins later than this after the first
   */
  static async run<Result>(
    client: PoolClient,
    nameOf: (statement: { readonly sql: string }) => string,
    timeoutMs: number,
    work: (tx: RawTransaction) => Promise<Result>,
  ): Promise<Result> {
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work(new RawTransaction(client, nameOf, performance.now() + timeoutMs));
      const { command } = await client.query('COMMIT');
      // PostgreSQL answers so if a statement has failed and `work` has gone on.
      if (command !== 'COMMIT') throw new Error(`COMMIT was answered with ${command}`);
      return result;
    } catch (error) {
      if (error instanceof DatabaseError) removeValues(error);
      await client.query('ROLLBACK').catch((rollbackError: Error) => {
        broken = rollbackError;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async $queryRaw<Rows>(
    text: TemplateStringsArray | Prisma.Sql,
    ...values: readonly unknown[]
  ): Promise<Rows> {
    return (await this.#query(text, values)).rows as Rows;
  }

  async $executeRaw(text: TemplateStringsArray | Prisma.Sql, ...values: readonly unknown[]): Promise<number> {
    return (await this.#query(text, values)).rowCount ?? 0;
  }

  #query(text: TemplateStringsArray | Prisma.Sql, values: readonly unknown[]) {
    if (performance.now() > this.#endsAt) throw new TransactionTooLong('the transaction has taken too long');
    const statement = text instanceof Prisma.Sql ? text : Prisma.sql(text, ...values);
    return this.#client.query({
      name: this.#nameOf({ sql: statement.text }),
      text: statement.text,
      values: [...statement.values],
      types: TYPES,
    });
  }
}

/** PostgreSQL shows the row that it refuses, with what is personal in it: errors are logged. */
function removeValues(error: DatabaseError): void {
  error.detail = undefined;
  error.where = undefined;
}
