import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

const sources = ['apps', 'examples', 'packages', 'scripts', 'tests'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !/node_modules|\/generated\//.test(path))
    .map((path) => join(folder, path)),
);

const forTests = /\.test\.ts$|\/(testing|fixtures)\/|^packages\/testing\//;

/** What runs in production. */
const production = sources.filter((path) => /^(apps|examples|packages)\//.test(path) && !forTests.test(path));

const thatHave = (paths: readonly string[], pattern: RegExp) =>
  paths.filter((path) => pattern.test(readFileSync(join(ROOT, path), 'utf8')));

test('no suite has a deadline that does not follow the speed of the machine', () => {
  const suites = sources.filter((path) => path.endsWith('.test.ts'));
  expect(suites.length).toBeGreaterThan(100);
  expect(thatHave(suites, /jest\.setTimeout\((?!scaled\()|AbortSignal\.timeout\([\d_]+\)/)).toEqual([]);
});

test('SQL stands in the ledger, in db, and in store files', () => {
  const elsewhere = production.filter((path) => !/^packages\/(ledger|db)\/|-store\.ts$/.test(path));
  expect(elsewhere.length).toBeGreaterThan(200);
  expect(thatHave(elsewhere, /\$(queryRaw|executeRaw)|\bsql`/)).toEqual([]);
});

/** `path:line` of each line that fits, to be found in an editor. */
const linesThat = (paths: readonly string[], fits: (line: string) => boolean) =>
  paths.flatMap((path) =>
    readFileSync(join(ROOT, path), 'utf8')
      .split('\n')
      .flatMap((line, index) => (fits(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );

test('comments are at most 110 columns wide, as Prettier does not wrap them', () => {
  expect(
    linesThat(production, (line) => line.length > 110 && /^\s*(\*|\/\*|\/\/)|; \/\/ /.test(line)),
  ).toEqual([]);
});

/** Words that are always wrong here. Write "the worker publishes", "the caller", "no worker", "repair", "purge". */
const WRONG_WORDS =
  /\b(whoever|nobody|somebody|anybody|strangers?|askew|relined|glances?|told|tells|mend(s|ed|ing)?|forget(s|ting)?|forgotten|milliards?|past its time)\b/i;

/** Names that others rely on: a job, a log event, a user of the operating system. */
const KEPT_NAMES = /forget-old-rows|rows\.forgotten|reuid=nobody|`nobody`|user: nobody/g;

test('code and documents use the plain words of the glossary', () => {
  const documents = [
    '.',
    'docs',
    'docs/decisions',
    'deploy',
    'deploy/prometheus',
    'deploy/grafana/dashboards',
  ].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => /\.(md|ya?ml|json|cfg|example)$|^Dockerfile$/.test(name))
      .map((name) => join(folder, name)),
  );
  expect(documents.length).toBeGreaterThan(40);
  const lines = linesThat([...production, ...documents], (line) =>
    WRONG_WORDS.test(line.replaceAll(KEPT_NAMES, '')),
  );
  expect(lines).toEqual([]);
});
