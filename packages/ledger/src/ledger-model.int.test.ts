import { randomInt } from 'node:crypto';
import {
  checkLedgerInvariants,
  createTestDatabase,
  openCommitBreaker,
  type CommitBreaker,
  type TestDatabase,
} from '@holdfast/testing';
import { playModelRound } from './fixtures/model/model-round.ts';

const COMMANDS = 300;
/** No further round is begun after that. */
const ENOUGH_MS = 2_500;
/** One commit in so many commands is cut off, before it is heard or before its answer. */
const CUT_EVERY = 40;

let database: TestDatabase;
let breaker: CommitBreaker;

beforeAll(async () => {
  database = await createTestDatabase();
  breaker = await openCommitBreaker(database.url);
});
afterAll(async () => {
  await breaker.close();
  await database.drop();
});

describe('concurrent clients of two ledgers', () => {
  test.each([
    { links: 'good links', cutEvery: Infinity },
    { links: 'a link that breaks at COMMIT', cutEvery: CUT_EVERY },
  ])('get the answers of a naive ledger that does one thing after the other, over $links', async (over) => {
    const started = performance.now();
    do {
      const seed = randomInt(2 ** 31);
      process.stderr.write(`model of the ledger, over ${over.links}: seed ${seed}\n`);
      const played = await playModelRound({
        databaseUrl: database.url,
        ledgerUrls: [database.url, breaker.url],
        seed,
        commands: COMMANDS,
        onCommand: (number) => {
          if (number % over.cutEvery !== 0) return;
          breaker.breakNext(number % (2 * over.cutEvery) === 0 ? 'before' : 'after');
        },
      });
      expect(played.violations).toEqual([]);
      expect(played.answers).toBeGreaterThan(COMMANDS / 2);
      // Each decision that is overtaken is decided anew: none over and over.
      expect(played.overtaken).toBeLessThan(COMMANDS);
      // Two at most in hundreds of rounds: an answer that is older than its batch is the exception.
      expect(played.early).toBeLessThan(COMMANDS / 20);
    } while (performance.now() - started < ENOUGH_MS);
    expect(await checkLedgerInvariants(database.url)).toEqual([]);
  });
});
