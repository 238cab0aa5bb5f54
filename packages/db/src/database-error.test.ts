import { classifyDatabaseError } from './database-error.ts';

/** An error of PostgreSQL, as Prisma's adapter throws it. */
const withState = (originalCode: string) =>
  Object.assign(new Error('failed'), {
    code: 'P2010',
    meta: { driverAdapterError: { cause: { originalCode } } },
  });

describe('what PostgreSQL answers', () => {
  test.each([
    ['57014', 'timeout', 'a statement that took too long'],
    ['53200', 'timeout', 'a full lock table: half of the batch may fit'],
    ['55P03', 'conflict', 'a lock that was not available'],
    ['53300', 'unreachable', 'too many connections'],
    ['23514', 'data', 'a CHECK'],
    ['23503', 'conflict', 'a foreign key: the row has been deleted meanwhile'],
  ])('%s is %s: %s', (state, kind) => {
    expect(classifyDatabaseError(withState(state))).toBe(kind);
  });
});
