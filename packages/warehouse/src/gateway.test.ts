import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { SyncAction } from '@holdfast/contract';
import type { GatewayClient, HoldCall } from './gateway-client.ts';
import { slotsHere } from './fixtures/pace.ts';
import { createGateway, type Gateway, type GatewayOptions } from './gateway.ts';
import type { HoldOutcome } from './hold-outcome.ts';
import { createRowPace } from './row-pace.ts';

const ACCEPTED: HoldOutcome = { kind: 'accepted', status: 200, holdId: 'h-1' };
const REFUSED: HoldOutcome = { kind: 'refused', status: null, error: 'nobody listens' };
const running = new AbortController().signal;
const opened: Gateway[] = [];

/** A gateway whose answers are these, one for each call; the last one for all that follow. */
function gatewayThat(
  answers: readonly HoldOutcome[],
  {
    ratePerSecond = 1_000,
    answersAfterMs = 0,
    ...options
  }: Partial<GatewayOptions> & { ratePerSecond?: number; answersAfterMs?: number } = {},
) {
  const calls: HoldCall[] = [];
  const client: GatewayClient = {
    async sendHold(call) {
      calls.push(call);
      if (answersAfterMs > 0) await delay(answersAfterMs);
      return answers[Math.min(calls.length, answers.length) - 1] ?? ACCEPTED;
    },
  };
  const pace = createRowPace({ ratePerSecond, store: slotsHere(), onError: () => {} });
  const gateway = createGateway({ client, pace, ...options });
  opened.push(gateway);
  return { gateway, calls };
}

const callFor = (action: SyncAction): HoldCall => ({
  idempotencyKey: 'k-1',
  body: {
    reservation_id: 'r-1',
    order_id: null,
    action,
    lines: [{ sku: 'MUG', location: 'EAST', quantity: 1 }],
    occurred_at: '2026-11-20T10:00:00.000Z',
  },
});

async function tellAll(gateway: Gateway, actions: readonly SyncAction[]): Promise<string[]> {
  const outcomes = await Promise.all(actions.map((action) => gateway.send(callFor(action), running)));
  return outcomes.map(({ kind }) => kind);
}

const TEN: readonly SyncAction[] = Array<SyncAction>(10).fill('confirm');
/** What it answers while it is down. */
const DOWN: readonly HoldOutcome[] = Array.from({ length: 10 }, () => REFUSED);

afterEach(async () => {
  await Promise.all(opened.splice(0).map((gateway) => gateway.close()));
});

test('confirm and cancel go before release and expire', async () => {
  const { gateway, calls } = gatewayThat([ACCEPTED], { ratePerSecond: 4 });
  await tellAll(gateway, ['expire', 'expire', 'expire', 'release', 'confirm', 'cancel']);
  // The first and the one behind it had their turn before the others came.
  const order = calls.map(({ body }) => body.action);
  expect(order).toEqual(['expire', 'expire', 'confirm', 'cancel', 'expire', 'release']);
});

test('a 429 stops what waits for its slot, and all that comes, until its time is over', async () => {
  const { gateway, calls } = gatewayThat(
    [{ kind: 'throttled', status: 429, retryAfterMs: 1_000 }, ACCEPTED],
    {
      ratePerSecond: 10,
    },
  );
  const from = performance.now();
  expect(await tellAll(gateway, ['confirm', 'confirm', 'confirm'])).toEqual([
    'throttled',
    'withheld',
    'withheld',
  ]);
  expect(calls).toHaveLength(1);
  expect(gateway.standing().pausedMs).toBeGreaterThan(0);
  await gateway.ready(running);
  expect(performance.now() - from).toBeGreaterThanOrEqual(999);
  expect(await tellAll(gateway, ['confirm'])).toEqual(['accepted']);
});

test('ten calls in a row that come to nothing open the breaker: the gateway is left alone', async () => {
  const said: boolean[] = [];
  const { gateway, calls } = gatewayThat([REFUSED], { onDown: (isDown) => said.push(isDown) });
  expect(await tellAll(gateway, TEN)).toEqual(Array(10).fill('refused'));
  expect(gateway.standing().isDown).toBe(true);
  expect(await tellAll(gateway, TEN)).toEqual(Array(10).fill('withheld'));
  expect(calls).toHaveLength(10);
  expect(said).toEqual([true]);
});

test('an answer among the failures keeps it closed, and so does a 4xx, which is about the request', async () => {
  const one: HoldOutcome = { kind: 'failed', status: 400, error: 'the gateway answered 400' };
  const { gateway } = gatewayThat([...DOWN.slice(1), ACCEPTED, one]);
  await tellAll(gateway, [...TEN, ...TEN, ...TEN]);
  expect(gateway.standing().isDown).toBe(false);
});

test('after some seconds one call is on trial; when it comes through all go on, and each is said once', async () => {
  const said: boolean[] = [];
  const { gateway, calls } = gatewayThat([...DOWN, REFUSED, ACCEPTED], {
    onDown: (isDown) => said.push(isDown),
  });
  await tellAll(gateway, TEN);
  const from = performance.now();
  await gateway.ready(running);
  expect(performance.now() - from).toBeGreaterThan(4_000);
  expect(calls).toHaveLength(10);
  expect(await tellAll(gateway, ['confirm', 'confirm'])).toEqual(['refused', 'withheld']);
  await gateway.ready(running);
  expect(await tellAll(gateway, ['confirm'])).toEqual(['accepted']);
  expect(gateway.standing().isDown).toBe(false);
  expect(said).toEqual([true, false]);
});

test('callers that wait while it is down are released when the worker stops', async () => {
  const { gateway } = gatewayThat([REFUSED]);
  await tellAll(gateway, TEN);
  const stopping = new AbortController();
  const waiting = gateway.ready(stopping.signal);
  stopping.abort();
  await expect(waiting).rejects.toThrow('aborted');
});

test('a call that waits for its slot when a pause begins is not sent', async () => {
  const { gateway, calls } = gatewayThat([{ kind: 'throttled', status: 429, retryAfterMs: 60_000 }], {
    ratePerSecond: 5,
    answersAfterMs: 50,
  });
  expect(await tellAll(gateway, ['confirm', 'confirm'])).toEqual(['throttled', 'withheld']);
  expect(calls).toHaveLength(1);
});

test('when the worker stops, what was not sent yet is withheld', async () => {
  const { gateway, calls } = gatewayThat([ACCEPTED], { ratePerSecond: 5 });
  const stopping = new AbortController();
  const both = ['confirm', 'confirm'].map(() => gateway.send(callFor('confirm'), stopping.signal));
  await both[0];
  stopping.abort();
  expect(await both[1]).toEqual({ kind: 'withheld', reason: 'the worker stops' });
  expect(calls).toHaveLength(1);
});

test('a call that gets no slot in time is withheld', async () => {
  const { gateway, calls } = gatewayThat([ACCEPTED], { ratePerSecond: 2, waitMaxMs: 300 });
  const outcomes = await tellAll(gateway, ['confirm', 'confirm', 'confirm']);
  expect(outcomes).toEqual(['accepted', 'withheld', 'withheld']);
  expect(calls).toHaveLength(1);
});

test('when it closes, what waits is withheld, and what was sent gets its answer', async () => {
  const wire = new EventEmitter();
  const client: GatewayClient = {
    async sendHold() {
      wire.emit('sent');
      await once(wire, 'answer');
      return ACCEPTED;
    },
  };
  const { gateway } = gatewayThat([], { client, ratePerSecond: 5 });
  const sent = once(wire, 'sent');
  const [first, second] = [
    gateway.send(callFor('confirm'), running),
    gateway.send(callFor('confirm'), running),
  ];
  await sent;
  const closed = gateway.close();
  wire.emit('answer');
  expect(await first).toEqual(ACCEPTED);
  expect(await second).toMatchObject({ kind: 'withheld' });
  await closed;
});
