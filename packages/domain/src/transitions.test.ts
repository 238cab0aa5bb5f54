import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from './commands.ts';
import {
  cancel,
  confirm,
  extend,
  fulfill,
  inLine,
  line,
  move,
  patch,
  reallocate,
  release,
  replaceLines,
  reserve,
  returnUnits,
  withdraw,
} from '@holdfast/testing/vocabulary';
import { level, Scenario, scenarioWithHold } from './fixtures/scenario.ts';
import type { ReservationStatus } from './reservation.ts';
import { TRANSITIONS } from './transitions.ts';

/** What clients call. */
type Verb = Exclude<keyof typeof TRANSITIONS, 'expire'>;

/** Lines of the reservation in `scenarioWithHold`. */
const ALL = [line('MUG', 12), line('TEE', 1)];
const SOME = [line('MUG', 1)];

const confirmed = () => scenarioWithHold().after(confirm('r1'));

/** Its stock has not been given back yet. */
function due(): Scenario {
  const scenario = scenarioWithHold();
  scenario.passTime();
  return scenario;
}

/** In line for lines that are not there. One mug is left. */
function waiting(): Scenario {
  const scenario = new Scenario([level('MUG', 15), level('TEE', 3)]).after(reserve('r0', [line('MUG', 14)]));
  return scenario.after(reserve('r1', ALL, inLine()));
}

/** An id that was withdrawn before anything was known of it. */
function tombstone(): Scenario {
  const scenario = scenarioWithHold().after(withdraw('r1'));
  scenario.pretend('r1', { status: 'withdrawn', lines: [] });
  return scenario;
}

/** Reservations of each column, in each way that verbs can tell apart. */
const STATES: Readonly<Record<ReservationStatus, readonly (() => Scenario)[]>> = {
  waiting: [waiting],
  held: [scenarioWithHold],
  expired: [due, () => due().after(release('r1'))],
  confirmed: [confirmed, () => confirmed().after(fulfill('r1', SOME))],
  fulfilled: [
    () => confirmed().after(fulfill('r1')),
    () => confirmed().after(fulfill('r1', SOME), cancel('r1')),
  ],
  released: [() => scenarioWithHold().after(release('r1'))],
  cancelled: [() => confirmed().after(cancel('r1'))],
  withdrawn: [
    () => scenarioWithHold().after(withdraw('r1')),
    () => due().after(withdraw('r1')),
    () => confirmed().after(withdraw('r1')),
    () => confirmed().after(cancel('r1'), withdraw('r1')),
    tombstone,
  ],
};

/** Calls of each verb, in each way that a status can answer differently. */
const CALLS: Readonly<Record<Verb, readonly Command[]>> = {
  confirm: [
    confirm('r1'),
    confirm('r1', { parts: ALL }),
    confirm('r1', { parts: SOME }),
    confirm('r1', { onExpired: 'reacquire' }),
  ],
  extend: [extend('r1', 1_800), extend('r1', 3_601)],
  fulfill: [fulfill('r1'), fulfill('r1', SOME)],
  release: [release('r1'), release('r1', null, { parts: SOME })],
  cancel: [cancel('r1'), cancel('r1', null, { parts: SOME })],
  return: [returnUnits('r1', SOME)],
  lines: [replaceLines('r1', SOME), replaceLines('r1', [line('MUG', 2)])],
  patch: [patch('r1', { source: 'phone' })],
  reallocate: [reallocate('r1', [move('MUG', 'EAST', 'WEST', 1)])],
  withdraw: [withdraw('r1')],
};

const VERBS = Object.keys(CALLS) as Verb[];
const STATUSES = Object.keys(STATES) as ReservationStatus[];

/** The status that a call leads to, `repeat`, or the code of its refusal. */
function answersTo(calls: readonly Command[], status: ReservationStatus): ReadonlySet<string> {
  const outcomes = STATES[status].flatMap((state) => calls.map((call) => state().submit(call).outcome));
  return new Set(
    outcomes.map((outcome) => {
      if (!outcome.ok) return outcome.refusal.code;
      if (!('reservation' in outcome)) throw new Error('a verb answers with the reservation');
      return outcome.changed ? outcome.reservation.status : 'repeat';
    }),
  );
}

/** The table of docs/checkout.md: its cells, row by row. */
function documentedTable(): readonly (readonly string[])[] {
  const page = readFileSync(join(__dirname, '../../../docs/checkout.md'), 'utf8');
  const [, section = ''] = page.split('\n## What each call does in each state\n');
  const [head = [], , ...rows] = section
    .slice(0, section.indexOf('\n## '))
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').slice(1, -1));
  return [head, ...rows];
}

const namesIn = (text: string): string[] => [...text.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);

/** The answers that a cell of the docs names, in the words of `answersTo`. Each begins with 200 or 409. */
function answersIn(cell: string): ReadonlySet<string> {
  const answers = cell.split(/(?=\b(?:200|409)\b)/).filter((text) => /^\d/.test(text));
  return new Set(
    answers.flatMap((answer) => {
      const named = namesIn(answer).filter((name) => !FIELDS.has(name));
      if (named.length > 0) return named;
      return answer.startsWith('200') ? 'repeat' : 'invalid_transition';
    }),
  );
}

/** What conditions in cells are about. */
const FIELDS: ReadonlySet<string> = new Set(['lines', 'reacquire', 'cancelled_at']);

describe('the table of transitions', () => {
  const [head = [], ...rows] = documentedTable();
  const documented = new Map(rows.map(([verb = '', ...cells]) => [namesIn(verb)[0]?.toLowerCase(), cells]));

  test('has the rows and columns of docs/checkout.md', () => {
    expect([...documented.keys()]).toEqual(VERBS);
    expect(head.slice(1).map((column) => namesIn(column)[0])).toEqual(STATUSES);
  });

  describe.each(VERBS)('%s', (verb) => {
    test.each(STATUSES)('of a reservation that is %s: table, docs and command agree', (status) => {
      const results = new Set<string>(TRANSITIONS[verb][status].split(' or '));
      expect(answersTo(CALLS[verb], status)).toEqual(results);
      expect(answersIn(documented.get(verb)?.[STATUSES.indexOf(status)] ?? '')).toEqual(results);
    });
  });
});
