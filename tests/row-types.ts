import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { types } from 'pg';
import type { Column, Seen } from '../scripts/test-services/record-statements.ts';

const ROOT = join(__dirname, '..');

/** Inside the checkout, so that libraries are found. */
const COPIES = join(ROOT, '.data/row-types');

const { BOOL, INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC, TIMESTAMPTZ, TEXT, UUID } = types.builtins;
const [TEXT_ARRAY, UUID_ARRAY] = [1009, 2951];

/** What Prisma makes of PostgreSQL's types in the rows of a raw statement. A type that none of ours returns is not listed. */
const TYPESCRIPT: Readonly<Record<string, readonly number[]>> = {
  boolean: [BOOL],
  number: [INT2, INT4, FLOAT4, FLOAT8],
  bigint: [INT8],
  "import('@prisma/client/runtime/client').Decimal": [NUMERIC],
  Date: [TIMESTAMPTZ],
  string: [TEXT, UUID],
  'readonly string[]': [TEXT_ARRAY, UUID_ARRAY],
  unknown: [types.builtins.JSON],
};

/** A call of a raw statement in a source, and what the int tests have seen of it. */
export interface Call {
  readonly file: string;
  readonly line: number;
  /** The place of its row type in the source, with its brackets; empty if there is none. */
  readonly rowType: { readonly from: number; readonly to: number };
  readonly columns: readonly Column[];
  /** As TypeScript expressions, one of each shape. */
  readonly results: readonly string[];
  readonly isSeen: boolean;
}

/** @param seen what the int tests have recorded */
export function findCalls(files: readonly string[], seen: readonly Seen[]): readonly Call[] {
  return files.flatMap((file) => {
    const source = readFileSync(join(ROOT, file), 'utf8');
    const lineAt = (index: number) => source.slice(0, index).split('\n').length;
    return Array.from(source.matchAll(/(?<=\.)\$(?:queryRaw|executeRaw)(?=[<`(])/g), (found) => {
      const from = found.index + found[0].length;
      const to = endOfTypes(source, from);
      const [line, lastLine] = [lineAt(found.index), lineAt(to)];
      const ofCall = seen.filter(({ site }) => {
        const [path, at] = site.split(':');
        return path === file && line <= Number(at) && Number(at) <= lastLine;
      });
      return {
        file,
        line,
        rowType: { from, to },
        columns: ofCall.flatMap(({ columns = [] }) => columns),
        results: [...new Map(ofCall.flatMap(({ rows }) => (rows ? [rows] : []))).values()],
        isSeen: ofCall.length > 0,
      };
    });
  });
}

export function readSeen(folder: string): {
  readonly suites: readonly string[];
  readonly seen: readonly Seen[];
} {
  const suites = readdirSync(folder);
  const lines = suites.flatMap((suite) => readFileSync(join(folder, suite), 'utf8').trim().split('\n'));
  return { suites, seen: lines.filter(Boolean).map((line) => JSON.parse(line) as Seen) };
}

/** Behind the bracket that closes the type argument at `from`; `from` where there is none. */
function endOfTypes(source: string, from: number): number {
  let depth = 0;
  for (let at = from; at < source.length; at += 1) {
    if (source[at] === '<') depth += 1;
    if (source[at] === '>' && source[at - 1] !== '=') depth -= 1;
    if (depth === 0) return at === from ? from : at + 1;
  }
  throw new Error('a type argument has no end');
}

/**
 * Has the compiler check the row type of each call, in copies of the sources in which each statement is given its
 * columns and results.
 *
 * @param nullable the columns of tables that may be null, as `table.number`
 * @returns the faults, with file and line
 */
export async function checkRowTypes(
  calls: readonly Call[],
  nullable: ReadonlySet<string>,
): Promise<readonly string[]> {
  rmSync(COPIES, { recursive: true, force: true });
  for (const file of new Set(calls.map((call) => call.file))) {
    const source = readFileSync(join(ROOT, file), 'utf8');
    const copy = calls
      .filter((call) => call.file === file)
      .reduceRight((text, call) => withAssertion(text, call, nullable), source);
    mkdirSync(dirname(join(COPIES, file)), { recursive: true });
    writeFileSync(join(COPIES, file), copy);
  }
  writeFileSync(join(COPIES, 'assertions.ts'), ASSERTIONS);
  const compilerOptions = { rootDirs: ['.', '../..'] }; // what was not copied is imported from where it is
  const configuration = { extends: '../../tsconfig.json', compilerOptions, include: ['.'] };
  writeFileSync(join(COPIES, 'tsconfig.json'), JSON.stringify(configuration));
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout } = await promisify(execFile)(process.execPath, [compiler, '--pretty', 'false'], {
    cwd: COPIES,
  }).catch((error: { readonly stdout: string }) => error);
  return stdout.split('\n').filter(Boolean);
}

/** The source with a call of `assertRows` in the arguments of the statement, in the same line. */
function withAssertion(
  source: string,
  { rowType: { from, to }, columns, results }: Call,
  nullable: ReadonlySet<string>,
): string {
  const isQuery = source.slice(0, from).endsWith('$queryRaw');
  if (isQuery && from === to) return `${source.slice(0, from)}<unknown>${source.slice(from)}`; // nothing else is inferred
  if (columns.length === 0) return source;
  const rowType = source.slice(from + 1, to - 1).replaceAll('\n', ' ');
  const mayBeNull = columns.filter(({ tableID, columnID }) => nullable.has(`${tableID}.${columnID}`));
  const names = mayBeNull.map(({ name }) => JSON.stringify(name)).join(' | ') || 'never';
  const assertion = `assertRows<${rowType}, Misfit<${rowType}, ${typeOf(columns)}, ${names}>>(${results.join()})`;
  const [before, bracket, behind] = [source.slice(0, to), source[to], source.slice(to + 1)];
  return before + bracket + (bracket === '`' ? `\${${assertion}}` : `${assertion}, `) + behind;
}

/** A column that several variants of a statement return differently may be either. */
function typeOf(columns: readonly Column[]): string {
  const fields = [...new Set(columns.map(({ name }) => name))].map((name) => {
    const variants = columns.filter((column) => column.name === name);
    return `${JSON.stringify(name)}: ${variants.map(({ dataTypeID }) => typescriptOf(dataTypeID)).join(' | ')}`;
  });
  return `{ ${fields.join('; ')} }`;
}

const typescriptOf = (oid: number): string =>
  Object.keys(TYPESCRIPT).find((type) => TYPESCRIPT[type]?.includes(oid)) ?? `{ readonly oid: ${oid} }`;

const ASSERTIONS = `
declare global {
  /** Never, or the fields of a row type that say something else than PostgreSQL. */
  type Misfit<Rows, Columns, Nullable> = Rows extends readonly (infer Row)[]
    ? {
        [Field in keyof Row]-?: Field extends keyof Columns
          ? [Exclude<Row[Field], null>] extends [Columns[Field]]
            ? Field extends Nullable
              ? null extends Row[Field] ? never : { field: Field; error: 'the column may be null' }
              : never
            : { field: Field; declared: Row[Field]; returned: Columns[Field] }
          : { field: Field; error: 'no column has this name' };
      }[keyof Row]
    : { declared: Rows; returned: 'an array' };

  /** Results that were seen have to be of the type. */
  function assertRows<Rows, Wrong extends never>(...results: readonly Rows[]): never;
}
export {};
`;
