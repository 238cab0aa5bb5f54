import { classifyDatabaseError, hasCommittedNothing } from './database-error.ts';

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

describe('whether a failed change is committed', () => {
  test.each([
    ['a CHECK', withState('23514')],
    ['a statement that took too long', withState('57014')],
    ['a refusal of our own trigger', withState('P0001')],
    ['no free connection', Object.assign(new Error('busy'), { code: 'HOLDFAST_POOL_BUSY' })],
    ['no connection at all', Object.assign(new Error('away'), { code: 'HOLDFAST_UNREACHABLE' })],
  ])('it is not: %s', (_what, error) => expect(hasCommittedNothing(error)).toBe(true));

  test.each([
    ['the server is stopping', withState('57P01')],
    ['the socket broke', Object.assign(new Error('read'), { code: 'ECONNRESET' })],
    ['the path to a connected server is lost', Object.assign(new Error('read'), { code: 'EHOSTUNREACH' })],
    ['an error of other code', new TypeError('undefined is not a function')],
  ])('it is not known: %s', (_what, error) => expect(hasCommittedNothing(error)).toBe(false));
});
