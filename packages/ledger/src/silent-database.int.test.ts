import { setTimeout as wait } from 'node:timers/promises';
import { openFaultyLink, type FaultyLink } from '@holdfast/testing';
import { line, reserve } from '@holdfast/testing/vocabulary';
import { scenarioOfSuite } from './fixtures/ledger-scenario.ts';

/** The promise to a caller over HTTP, with room for a busy machine. */
const ANSWER_WITHIN_MS = 10_500;
const CALLS = 14;
const EVERY_MS = 500;

const scenario = scenarioOfSuite();
let link: FaultyLink;

beforeAll(async () => {
  const { hostname, port } = new URL(scenario.url);
  link = await openFaultyLink({ host: hostname, port: Number(port) });
});
afterAll(async () => {
  await link.close();
});

test('PostgreSQL does not answer any more: each call is refused within 10 s, whenever it arrived', async () => {
  const ledger = scenario.openLedger(link.through(scenario.url));
  const sku = await ledger.newSku(100);
  link.stall();
  const calls: Promise<{ ended: string; tookMs: number }>[] = [];
  for (let call = 0; call < CALLS; call += 1) {
    const started = performance.now();
    const ended = ledger.submit(reserve([line(sku)])).then(
      () => 'ok',
      (error: Error) => error.name,
    );
    calls.push(ended.then((name) => ({ ended: name, tookMs: performance.now() - started })));
    await wait(EVERY_MS);
  }
  const answers = await Promise.all(calls);
  expect(answers[0]?.ended).toBe('LedgerUnavailable'); // not LedgerOverloaded: it was tried
  expect(answers.map(({ ended }) => ended)).not.toContain('ok');
  expect(Math.max(...answers.map(({ tookMs }) => tookMs))).toBeLessThan(ANSWER_WITHIN_MS);
  link.resume();
});
