import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ofTest } from '@holdfast/testing';
import { openTestDatabase } from '../packages/db/src/fixtures/open-test-database.ts';

const db = ofTest(() => openTestDatabase(1));

function runNames(databaseUrl: string) {
  const script = ['--require', require.resolve('tsx/cjs'), join(__dirname, 'names.ts')];
  const env = { ...process.env, DATABASE_URL: databaseUrl };
  const { status, stdout, stderr } = spawnSync(process.execPath, script, { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('names that break the rule are listed with what is wrong, and names that only look unusual are not', async () => {
  await db.prisma.$executeRaw`INSERT INTO skus (sku) VALUES ('MUG '), ('caf\u00E9')`;
  expect(runNames(db.url)).toEqual({
    status: 0,
    stdout: 'sku\t"MUG "\tends with U+0020 SPACE\n',
    stderr: '1 name breaks the rule.\n',
  });
});

test('without a faulty name it says so', () => {
  expect(runNames(db.url)).toEqual({
    status: 0,
    stdout: '',
    stderr: 'All stored names follow the rule.\n',
  });
});

test('without a database it says which setting is missing, and ends with 1', () => {
  expect(runNames('')).toEqual({
    status: 1,
    stdout: '',
    stderr: 'DATABASE_URL: name the database to read\n',
  });
});
