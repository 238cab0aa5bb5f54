/**
 * `npm run test:soak`: the random suites of the ledger for as long as is wanted. In turn: rounds of the real ledger
 * against a sequential model, over links that break at COMMIT, and rounds of whole processes with faults. Every round has
 * a seed of its own, derived from the one that is given. The first violation ends it, with exit code 1 and what repeats it.
 *
 *   npm run test:soak -- --minutes 30 --seed 7 --locking optimistic
 *
 * Without --locking, both strategies run for so many minutes each. `--minutes 0` plays one round of each
 * kind, and `--only model|faults` of that kind alone.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { describeMachine } from '@holdfast/bench/results';
import { seededDice } from '@holdfast/domain/testing';
import type { Locking } from '@holdfast/ledger';
import { playModelRound } from '@holdfast/ledger/model';
import {
  administrationUrl,
  backendsOfRun,
  checkLedgerInvariants,
  createTestDatabase,
  openCommitBreaker,
  type TestQueueBackend,
} from '@holdfast/testing';
import { playFaultRound } from '../tests/faults/round.ts';
import { addTo, newTally, writeReport, type SoakTally, type Violation } from './soak/report.ts';
import { startTestServices } from './test-services/services.ts';
import { findSmallDisks } from './test-services/programs.ts';

const MODEL_COMMANDS = 400;
/** Model rounds, played together with one round of faults, which is as long as this. */
const MODEL_ROUNDS = 8;
const CUT_EVERY = 40;
const FAULT_ROUND_MS = 30_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    locking: { type: 'string' },
    only: { type: 'string' },
  },
});

async function main(): Promise<void> {
  const [minutes, seed] = [wholeOrPart(values.minutes, 'minutes'), wholeOrPart(values.seed, 'seed')];
  const strategies = strategiesOf(values.locking);
  process.stdout.write(`seed ${seed}, ${minutes} minutes each: ${strategies.join(', ')}\n`);
  findSmallDisks(process.env);
  const giveBack = await startTestServices(process.env);
  try {
    const machine = await describeMachine(administrationUrl());
    const tallies: SoakTally[] = [];
    for (const locking of strategies) {
      const tally = newTally(locking);
      tallies.push(tally);
      await soak(tally, seed, minutes);
      if (tally.violation) break;
    }
    writeReport(machine, { seed, minutes }, tallies);
    process.exitCode = tallies.some(({ violation }) => violation) ? 1 : 0;
  } finally {
    await giveBack();
  }
}

async function soak(tally: SoakTally, seed: number, minutes: number): Promise<void> {
  const started = performance.now();
  const seeds = seededDice(seed);
  // The first round has the seed itself, so that any round can be played again alone.
  const nextSeed = () =>
    tally.model.rounds + tally.faults.rounds === 0 ? seed : seeds.whole(0, 2 ** 31 - 1);
  const backends = backendsOfRun();
  do {
    for (let round = 0; round < (minutes > 0 ? MODEL_ROUNDS : 1); round += 1) {
      if (values.only !== 'faults' && !tally.violation) await modelRound(tally, nextSeed());
    }
    const backend = backends[tally.faults.rounds % backends.length];
    if (values.only !== 'model' && backend && !tally.violation) {
      await faultRound(tally, nextSeed(), backend, minutes > 0 ? FAULT_ROUND_MS : 0);
    }
    tally.rounds += 1;
    tally.minutes = (performance.now() - started) / 60_000;
  } while (!tally.violation && tally.minutes < minutes);
}

async function modelRound(tally: SoakTally, seed: number): Promise<void> {
  const { locking, model } = tally;
  const database = await createTestDatabase();
  const breaker = await openCommitBreaker(database.url);
  try {
    const played = await playModelRound({
      databaseUrl: database.url,
      ledgerUrls: [database.url, breaker.url],
      locking,
      seed,
      commands: MODEL_COMMANDS,
      onCommand: (number) => {
        if (number % CUT_EVERY === 0) breaker.breakNext(number % (2 * CUT_EVERY) === 0 ? 'before' : 'after');
      },
    });
    const found = [...played.violations, ...(await checkLedgerInvariants(database.url))];
    model.rounds += 1;
    model.commands += played.commands;
    model.answersChecked += played.answers;
    addTo(model.outcomes, Object.entries(played.outcomes));
    tell(locking, `model, seed ${seed}: ${played.commands} commands, ${played.answers} answers checked`);
    if (found.length > 0) tally.violation = violated('model', locking, seed, found);
  } finally {
    await breaker.close();
    await database.drop();
  }
}

async function faultRound(
  tally: SoakTally,
  seed: number,
  backend: TestQueueBackend,
  durationMs: number,
): Promise<void> {
  const { locking, faults } = tally;
  const found = await playFaultRound({ locking, backend, seed, durationMs });
  faults.rounds += 1;
  faults.commands += found.commands;
  faults.checks += found.checks;
  addTo(faults.answers, found.answers);
  addTo(faults.faults, found.faults);
  const times = [...found.faults.values()].reduce((sum, count) => sum + count, 0);
  tell(
    locking,
    `faults, queues on ${backend.name}, seed ${seed}: ${found.commands} commands, ${times} faults, ${found.checks} checks`,
  );
  if (found.violations.length > 0) tally.violation = violated('faults', locking, seed, found.violations);
}

function violated(
  kind: Violation['kind'],
  locking: Locking,
  seed: number,
  found: readonly string[],
): Violation {
  const repeat = `npm run test:soak -- --minutes 0 --only ${kind} --seed ${seed} --locking ${locking}`;
  process.stderr.write(
    `\nVIOLATED: ${kind}, ${locking}, seed of the round ${seed}\n${found.join('\n')}\n\n${repeat}\n`,
  );
  return { kind, seed, repeat, found };
}

const tell = (locking: Locking, what: string) => process.stdout.write(`${locking}: ${what}\n`);

function strategiesOf(wanted: string | undefined): readonly Locking[] {
  if (wanted === undefined) return ['pessimistic', 'optimistic'];
  if (wanted === 'pessimistic' || wanted === 'optimistic') return [wanted];
  throw new Error('--locking must be pessimistic or optimistic');
}

function wholeOrPart(text: string, name: string): number {
  const number = Number(text);
  if (text !== '' && Number.isFinite(number) && number >= 0) return number;
  throw new Error(`--${name} must be a number`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
