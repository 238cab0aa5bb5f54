import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { administrationUrl, withSession } from '@holdfast/testing';
import { checkRowTypes, findCalls, readSeen } from './row-types.ts';

/**
 * @alone It checks what the int tests of this run have recorded (scripts/test-services/record-statements.ts).
 */
const ofPackages = ['apps', 'packages'].flatMap((folder) =>
  readdirSync(join(__dirname, '..', folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path}`)
    .filter((path) => path.endsWith('.ts') && !/node_modules|\/(generated|testing|fixtures)\//.test(path)),
);
const isWholeRun = (suites: readonly string[]) =>
  ofPackages
    .filter((path) => path.endsWith('.int.test.ts'))
    .every((path) => suites.includes(path.replaceAll('/', '+')));

const { suites, seen } = readSeen(process.env['HOLDFAST_TEST_STATEMENTS'] ?? '');
const calls = findCalls(
  ofPackages.filter((path) => !path.endsWith('.test.ts')),
  seen,
);

/** Of all tables, as `table.number`. */
async function readNullableColumns(): Promise<ReadonlySet<string>> {
  const url = new URL(administrationUrl());
  url.pathname = `/${process.env['HOLDFAST_TEST_TEMPLATE']}`;
  const { rows } = await withSession(url.href, (session) =>
    session.query<{ name: string }>(
      `SELECT attrelid || '.' || attnum AS name FROM pg_attribute WHERE NOT attnotnull`,
    ),
  );
  return new Set(rows.map(({ name }) => name));
}

test('the row type of each raw statement is what PostgreSQL returns', async () => {
  expect(await checkRowTypes(calls, await readNullableColumns())).toEqual([]);
});

(isWholeRun(suites) ? test : test.skip)('each raw statement is run by an int test', () => {
  const unseen = calls.filter(({ isSeen }) => !isSeen);
  expect(unseen.map(({ file, line }) => `${file}:${line}`)).toEqual([]);
});
