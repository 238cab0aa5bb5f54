import { randomInt } from 'node:crypto';
import { pick, seededDice } from '@holdfast/domain/testing';
import { LedgerOverloaded, LedgerUnavailable } from '@holdfast/ledger';
import { checkLedgerInvariants, ofSuite, openFaultyLink, type FaultyLink } from '@holdfast/testing';
import { TEST_DEADLINE_MS } from '@holdfast/testing/patience';
import { setStock, WEST } from '@holdfast/testing/vocabulary';
import { openScenario, type HotProcess } from './fixtures/hot-path-scenario.ts';
import { KnownValues } from './fixtures/truth/known-values.ts';
import { RandomShop, type ShopCall } from './fixtures/truth/random-shop.ts';
import { Witness } from './fixtures/truth/witness.ts';
import { HOT_PATH_LIMITS } from './limits.ts';

/** `HOT_PATH_COMMANDS=1000000` is the long form. */
const COMMANDS = Number(process.env['HOT_PATH_COMMANDS'] ?? 4_000);
/** How often Redis is lost in the run. */
const LOSSES = Number(process.env['HOT_PATH_LOSSES'] ?? (COMMANDS > 100_000 ? 50 : 3));
const COMMAND_MAX_MS = 5;
const CLIENTS = 24;
const SKUS = 4;

const scenario = ofSuite(openScenario);
const witness = new Witness();
const processes: HotProcess[] = [];
const skus: string[] = [];
let link: FaultyLink;

beforeAll(async () => {
  // Transactions of the test take less: so more of its time is with a gate that answers.
  jest.replaceProperty(HOT_PATH_LIMITS, 'afterLossMs', 1_500);
  jest.replaceProperty(HOT_PATH_LIMITS, 'closedMs', 3_000);
  jest.replaceProperty(HOT_PATH_LIMITS, 'closedMinMs', 1_500);
  jest.replaceProperty(HOT_PATH_LIMITS, 'answerMs', 100);
  link = await openFaultyLink({ host: '127.0.0.1', port: Number(new URL(scenario.redis.url).port) });
  for (const redisUrl of [scenario.redis.url, scenario.redis.url, link.through(scenario.redis.url)]) {
    processes.push(await scenario.open({ redisUrl }, witness));
  }
  for (let count = 0; count < SKUS; count += 1) {
    const process = processes[count % processes.length] as HotProcess;
    const sku = await scenario.newSku(process, 3);
    await process.ledger.submit(setStock(sku, 2, WEST));
    skus.push(sku);
  }
});
afterAll(async () => {
  await link.close();
  jest.restoreAllMocks();
});

/** Faults of Redis, each of which ends after a number of commands. */
const losses: readonly { readonly begin: () => unknown; readonly end?: () => unknown }[] = [
  { begin: () => scenario.redis.flush() },
  { begin: () => scenario.redis.kill(), end: () => scenario.redis.start() },
  { begin: () => link.cut(), end: () => link.resume() },
  { begin: () => link.stall(), end: () => link.resume() },
];

/** Pauses and resumes SKUs and the location WEST, one after the other. */
async function flipSwitch(process: HotProcess, name: string, active: boolean): Promise<void> {
  const from = Date.now();
  const [named, table, column] = name === WEST ? [null, 'locations', 'location'] : [[name], 'skus', 'sku'];
  await process.hotPath.fence.around(named, () =>
    scenario.sql.query(`UPDATE ${table} SET active = $1 WHERE ${column} = $2`, [active, name]),
  );
  const known = witness.switches.get(name) ?? new KnownValues(true);
  witness.switches.set(name, known);
  known.add(active, from, Date.now());
}

const counts = { losses: 0, refused: 0, replayed: 0, unanswered: 0 };

async function call(process: HotProcess, shop: RandomShop, { command, key }: ShopCall): Promise<void> {
  const mine = { ...command };
  const refusedBefore = process.refused.length;
  const from = Date.now();
  try {
    const answer = await process.ledger.submit(mine, key);
    const { outcome } = answer;
    if (outcome.ok && 'reservation' in outcome) shop.remember(outcome.reservation.id);
    if (mine.kind !== 'reserve' || witness.hasDecided(mine)) return;
    const asked = { command: mine, key, from, until: Date.now() };
    if (answer.replayed) {
      counts.replayed += 1;
      witness.checkReplay(asked, answer);
    } else if (process.refused.length > refusedBefore) {
      counts.refused += 1;
      witness.checkRefusal(asked, answer);
      if (key) witness.keep(key, outcome, Date.now());
    }
  } catch (error) {
    if (!(error instanceof LedgerOverloaded || error instanceof LedgerUnavailable)) throw error;
    counts.unanswered += 1;
  }
}

test(
  'every refusal of the hot path is one that PostgreSQL has a reason for',
  async () => {
    const seed = randomInt(2 ** 31);
    process.stderr.write(`truth of the hot path: seed ${seed}\n`);
    const dice = seededDice(seed);
    const shop = new RandomShop(dice, skus);
    const lossEvery = Math.floor(COMMANDS / (LOSSES + 1));
    const switched = [...skus.slice(0, 1), WEST];
    let asked = 0;
    let switching = Promise.resolve();
    let losing = Promise.resolve();
    const client = async () => {
      while (asked < COMMANDS && witness.wrong.length === 0) {
        const number = (asked += 1);
        const some = pick(dice, processes);
        if (number % 200 === 0) {
          const name = pick(dice, switched);
          switching = switching.then(() => flipSwitch(some, name, number % 400 === 0));
        }
        const loss = losses[Math.floor(number / lossEvery) % losses.length];
        if (number % lossEvery === 0) {
          counts.losses += 1;
          losing = losing.then(async () => void (await loss?.begin()));
        }
        if (number % lossEvery === Math.floor(lossEvery / 4)) {
          losing = losing.then(async () => void (await loss?.end?.()));
        }
        await call(some, shop, shop.next());
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    await Promise.all([switching, losing]);
    process.stderr.write(`truth of the hot path: ${COMMANDS} commands, ${JSON.stringify(counts)}\n`);
    expect(witness.wrong.slice(0, 3)).toEqual([]);
    expect(counts.refused).toBeGreaterThan(COMMANDS / 100);
    expect(await checkLedgerInvariants(scenario.url)).toEqual([]);
  },
  TEST_DEADLINE_MS + COMMANDS * COMMAND_MAX_MS,
);
