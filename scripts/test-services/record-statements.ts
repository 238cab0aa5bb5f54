import { appendFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { sql } from '@holdfast/db';
import { Query } from 'pg';
import { PrismaClient } from '../../packages/db/src/generated/prisma/client.ts';
import { RawTransaction } from '../../packages/db/src/raw-transaction.ts';

/** What a suite has seen of a raw statement, for `tests/row-types.e2e.test.ts`. */
export interface Seen {
  /** Its call in our sources: `packages/stock/src/low-stock-store.ts:26`. */
  readonly site: string;
  /** The columns that it returns. */
  readonly columns?: readonly Column[];
  /** Rows that it has returned: their shape, and as a TypeScript expression. */
  readonly rows?: readonly [shape: string, expression: string];
}

/** A column of a result, as PostgreSQL describes it. */
export interface Column {
  readonly name: string;
  /** OID of its type. */
  readonly dataTypeID: number;
  /** The table's column that it is; 0 for an expression. */
  readonly tableID: number;
  readonly columnID: number;
}

interface Statement {
  then(onRows: (rows: unknown) => unknown, onError?: (error: unknown) => unknown): unknown;
}

type Run = (this: unknown, ...args: unknown[]) => Statement;

const ROOT = join(__dirname, '../..');

/** Results of a call that are looked at, and how much of one. */
const RESULTS_MAX = 200;
const ARRAY_MAX = 20;

/**
 * Has this process write to `file`, one JSON object a line, what each raw statement of our sources gets: its columns, and
 * rows, once for each shape.
 */
export function recordStatements(file: string): void {
  appendFileSync(file, ''); // this suite has run
  const written = new Set<string>();
  const write = (key: string, seen: () => Seen) => {
    if (!written.has(key)) appendFileSync(file, `${JSON.stringify(seen())}\n`);
    written.add(key);
  };
  const queries = new Map<string, string>();
  const looks = new Map<string, number>();

  onColumns((text, columns) => {
    const site = queries.get(text);
    if (site !== undefined) write(`columns ${text}`, () => ({ site, columns }));
  });
  onCall('$executeRaw', new Map(), (site) => write(site, () => ({ site })));
  onCall('$queryRaw', queries, (site, statement) => {
    const looked = (looks.get(site) ?? 0) + 1;
    looks.set(site, looked);
    if (looked > RESULTS_MAX) return;
    const look = (rows: unknown) => {
      const shape = shapeOf(rows);
      write(`${site} ${shape}`, () => ({ site, rows: [shape, expressionOf(rows)] }));
    };
    if (statement instanceof Promise) void statement.then(look, () => {});
    else lookWhenAwaited(statement, look);
  });
}

/** A statement of Prisma's runs when it is awaited. */
function lookWhenAwaited(statement: Statement, look: (rows: unknown) => void): void {
  const then = statement.then.bind(statement);
  const thenRecorded: Statement['then'] = (onRows, onError) =>
    then((rows) => {
      look(rows);
      return onRows(rows);
    }, onError);
  Reflect.set(statement, 'then', thenRecorded);
}

/** Calls `then` with the text of each statement that returns rows, and the columns. */
function onColumns(then: (text: string, columns: readonly Column[]) => void): void {
  const { prototype } = Query;
  const handle: (message: unknown) => void = Reflect.get(prototype, 'handleRowDescription');
  const recorded = function (this: { text: string }, message: { readonly fields: readonly Column[] }) {
    then(this.text, message.fields);
    handle.call(this, message);
  };
  Reflect.set(prototype, 'handleRowDescription', recorded);
}

/**
 * Calls `then` for each call of the method in our sources, of a client or of a transaction of either kind.
 *
 * @param sites where each text was called from first: to look for it each time would cost a tenth of a millisecond
 */
function onCall(
  method: '$queryRaw' | '$executeRaw',
  sites: Map<string, string>,
  then: (site: string, statement: Statement) => void,
): void {
  for (const prototype of [PrismaClient.prototype, RawTransaction.prototype]) {
    const run: Run = Reflect.get(prototype, method);
    const recorded: Run = function (...args) {
      const statement = run.apply(this, args);
      const text = textOf(args);
      const site = sites.get(text) ?? callerOf(recorded);
      if (site === null) return statement;
      sites.set(text, site);
      then(site, statement);
      return statement;
    };
    Reflect.set(prototype, method, recorded);
  }
}

/** Where `called` was called from; null: by a test. */
function callerOf(called: Run): string | null {
  const here: { readonly stack?: string } = {};
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(here, called);
  Error.stackTraceLimit = stackTraceLimit;
  const [, path, line] = /([^( ]+):(\d+):\d+\)?$/.exec(here.stack ?? '') ?? [];
  if (path === undefined || /\.test\.ts$|\/(testing|fixtures)\//.test(path)) return null;
  return `${relative(ROOT, path)}:${line}`;
}

/** The text of a tagged template, or of an `Sql`. */
function textOf([query, ...values]: readonly unknown[]): string {
  const statement = Array.isArray(query) ? sql(query as readonly string[], ...values) : query;
  return String(Reflect.get(Object(statement), 'text'));
}

/** The same for values of the same types with the same keys. */
function shapeOf(value: unknown): string {
  if (value === null) return 'null';
  if (value instanceof Date) return 'Date';
  if (Array.isArray(value)) return `[${[...new Set(value.slice(0, ARRAY_MAX).map(shapeOf))].join()}]`;
  if (typeof value !== 'object') return typeof value;
  const fields = Object.entries(value).map(([key, each]) => `${key}:${shapeOf(each)}`);
  return `{${fields.join()}}`;
}

function expressionOf(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Date) return 'new Date()';
  if (Array.isArray(value)) return `[${value.slice(0, ARRAY_MAX).map(expressionOf).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}:${expressionOf(each)}`);
  return `{${fields.join()}}`;
}
