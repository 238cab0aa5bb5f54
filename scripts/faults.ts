/**
 * `npm run test:faults`: causes every accident of the catalog (tests/faults/accidents.ts) once, one after another, in whole
 * processes under load. After each comes the audit: the clients stop, and the answers that they received are compared with the
 * stored rows. The first violation ends the run, with exit code 1 and the command that repeats it.
 *
 *   npm run test:faults -- --seed 7 --only "worker frozen" --backend redis
 *
 * `--only` may be given several times. `npm run test:faults -- --list` names the accidents.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { backendsOfRun } from '@holdfast/testing';
import { ACCIDENTS, isAccident, type Accident } from '../tests/faults/accidents.ts';
import { playFaultRound } from '../tests/faults/round.ts';
import { startTestServices } from './test-services/services.ts';
import { findSmallDisks } from './test-services/programs.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    only: { type: 'string', multiple: true },
    backend: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
});

const say = (text: string) => process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  if (values.list) {
    say(ACCIDENTS.join('\n'));
    return;
  }
  const seed = Number(values.seed);
  if (!Number.isInteger(seed)) throw new Error('--seed must be a whole number');
  const accidents = accidentsOf(values.only);
  findSmallDisks(process.env);
  const giveBack = await startTestServices(process.env);
  try {
    const backend = backendOf(values.backend);
    say(`seed ${seed}, queues on ${backend.name}: ${accidents.length} accidents`);
    const found = await playFaultRound({
      backend,
      seed,
      accidents,
      audit: 'after each',
      onAccident(accident, { faultMs, commands }) {
        const took = faultMs.get(accident);
        const seconds = took === undefined ? 'not brought about here' : `${(took / 1_000).toFixed(1)} s`;
        say(`  ${accident.padEnd(40)} ${seconds.padStart(22)}  ${commands} commands so far`);
      },
    });
    say(`${found.commands} commands, ${found.checks} checks`);
    if (found.violations.length === 0) return;
    const played = new Set([...found.faults.keys(), ...(found.underWay === null ? [] : [found.underWay])]);
    const again = [...played].map((accident) => ` --only "${accident}"`).join('');
    say(`\nVIOLATED\n${found.violations.join('\n')}\n`);
    say(`npm run test:faults -- --seed ${seed} --backend ${backend.name}${again}`);
    process.exitCode = 1;
  } finally {
    await giveBack();
  }
}

function accidentsOf(only: readonly string[] | undefined): readonly Accident[] {
  if (only === undefined) return ACCIDENTS;
  return only.map((name) => {
    if (isAccident(name)) return name;
    throw new Error(`--only must be one of: ${ACCIDENTS.join(', ')}`);
  });
}

function backendOf(wanted: string | undefined) {
  const backends = backendsOfRun();
  const found = wanted === undefined ? backends.at(-1) : backends.find(({ name }) => name === wanted);
  if (found) return found;
  throw new Error(`--backend must be one of: ${backends.map(({ name }) => name).join(', ')}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
