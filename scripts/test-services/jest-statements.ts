import { join, relative } from 'node:path';
import type * as Recording from './record-statements.ts';

/** Records the statements of int tests. Other suites do not load what that takes. */
const { testPath = '' } = expect.getState();
const folder = process.env['HOLDFAST_TEST_STATEMENTS'];
if (folder !== undefined && testPath.endsWith('.int.test.ts')) {
  const { recordStatements } = jest.requireActual<typeof Recording>('./record-statements.ts');
  recordStatements(join(folder, relative(process.cwd(), testPath).replaceAll('/', '+')));
}
