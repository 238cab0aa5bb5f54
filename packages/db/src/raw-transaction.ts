import { DatabaseError, types, type CustomTypesConfig, type PoolClient, type QueryResult } from 'pg';
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

const NOTHING: Promise<undefined> = Promise.resolve(undefined);

/** A bigint is a BigInt, as everywhere. */
const TYPES: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === BIGINT ? BigInt : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};

/** COMMIT was sent and its answer was lost. Look up whether it was done. */
export class CommitLost extends Error {
  override name = 'CommitLost';
}

/**
 * A transaction on the driver itself, for the write path: Prisma's interactive transactions take as long
 * again as PostgreSQL, as each statement and its parameters pass through its client (docs/decisions/0044).
 *
 * BEGIN goes out with the first statement and COMMIT with the last (`commitWithNext`), in one packet each:
 * two statements are two round trips, not four.
 */
export class RawTransaction implements SqlRunner {
  readonly #client: PoolClient;
  readonly #nameOf: (statement: { readonly sql: string }) => string;
  /** By `performance.now()`. */
  readonly #endsAt: number;
  #hasBegun = false;
  #isNextLast = false;
  /** COMMIT was sent. */
  #hasEnded = false;

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
   * @throws {CommitLost}
   */
  static async run<Result>(
    client: PoolClient,
    nameOf: (statement: { readonly sql: string }) => string,
    timeoutMs: number,
    work: (tx: RawTransaction) => Promise<Result>,
  ): Promise<Result> {
    const tx = new RawTransaction(client, nameOf, performance.now() + timeoutMs);
    let broken: Error | undefined;
    try {
      const result = await work(tx);
      await tx.#commit();
      return result;
    } catch (error) {
      const cause = error instanceof CommitLost ? error.cause : error;
      if (cause instanceof DatabaseError) removeValues(cause);
      broken = await tx.#rollBack();
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** The next statement is the last one: COMMIT goes out with it. If it fails, all is rolled back. */
  commitWithNext(): void {
    this.#isNextLast = true;
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

  async #query(text: TemplateStringsArray | Prisma.Sql, values: readonly unknown[]): Promise<QueryResult> {
    if (performance.now() > this.#endsAt) throw new TransactionTooLong('the transaction has taken too long');
    const statement = text instanceof Prisma.Sql ? text : Prisma.sql(text, ...values);
    const [, answer, committed] = await Promise.allSettled(this.#send(statement));
    if (answer.status === 'rejected') {
      // PostgreSQL's own error has rolled the transaction back. Otherwise the connection was lost.
      const isCertain = !this.#hasEnded || answer.reason instanceof DatabaseError;
      throw isCertain ? answer.reason : new CommitLost('no answer to COMMIT', { cause: answer.reason });
    }
    if (this.#hasEnded) checkCommitted(committed);
    return answer.value;
  }

  /** In one packet. */
  #send(statement: Prisma.Sql) {
    const client = this.#client;
    const { stream } = client.connection;
    const [isFirst, isLast] = [!this.#hasBegun, this.#isNextLast];
    this.#hasBegun = true;
    this.#hasEnded = isLast;
    stream.cork();
    try {
      return [
        isFirst ? client.query('BEGIN') : NOTHING,
        client.query({
          name: this.#nameOf({ sql: statement.text }),
          text: statement.text,
          values: [...statement.values],
          types: TYPES,
        }),
        isLast ? client.query('COMMIT') : NOTHING,
      ] as const;
    } finally {
      stream.uncork();
    }
  }

  async #commit(): Promise<void> {
    if (!this.#hasBegun || this.#hasEnded) return;
    this.#hasEnded = true;
    const [committed] = await Promise.allSettled([this.#client.query('COMMIT')]);
    checkCommitted(committed);
  }

  /** @returns why it failed: the connection is of no more use */
  async #rollBack(): Promise<Error | undefined> {
    if (!this.#hasBegun || this.#hasEnded) return undefined;
    return this.#client.query('ROLLBACK').then(
      () => undefined,
      (error: Error) => error,
    );
  }
}

/** @throws {CommitLost} */
function checkCommitted(committed: PromiseSettledResult<QueryResult | undefined>): void {
  if (committed.status === 'rejected') {
    throw new CommitLost('no answer to COMMIT', { cause: committed.reason });
  }
  // PostgreSQL answers so if a statement has failed and `work` has gone on.
  const command = committed.value?.command;
  if (command !== 'COMMIT') throw new CommitLost(`COMMIT was answered with ${command}`);
}

/** PostgreSQL shows the row that it refuses, with what is personal in it: errors are logged. */
function removeValues(error: DatabaseError): void {
  error.detail = undefined;
  error.where = undefined;
}
