import type { RequestListener } from 'node:http';
import { LedgerOverloaded, LedgerUnavailable, OutcomeUnknown } from '@holdfast/ledger';
import request from 'supertest';
import { answerHeaders, checkProblem } from '../testing/start-api.ts';
import { answerError } from './answer-error.ts';
import { giveRequestId } from '@holdfast/runtime';

const logged: [level: string, event: string, fields: unknown][] = [];
const write = (level: string) => (event: string, fields: unknown) => logged.push([level, event, fields]);
const log = {
  error: write('error'),
  warn: write('warn'),
  info: write('info'),
  debug: write('debug'),
} as unknown as Parameters<typeof answerError>[0];

beforeEach(() => {
  logged.length = 0;
});

async function answerTo(error: unknown, noted: { readonly readsOnly?: boolean } = {}) {
  const onError = answerError(log, 'https://shop.example/holdfast');
  const listener: RequestListener = (asked, response) => {
    giveRequestId(asked, response);
    onError(error, Object.assign(asked, noted), response);
  };
  const { status, body, headers } = await request(listener).get('/').set('X-Request-Id', 'r-1');
  const reply = { status, body: body as unknown, headers: answerHeaders.parse(headers) };
  checkProblem(reply);
  return reply;
}

test.each([
  [new LedgerOverloaded('5000 commands wait already'), 'overloaded'],
  [new LedgerUnavailable('no connection to 10.0.0.1'), 'unavailable'],
  [new OutcomeUnknown('the database went away during COMMIT'), 'outcome_unknown'],
])('%s is answered with 503 and when to come again', async (error, code) => {
  expect(await answerTo(error)).toMatchObject({
    status: 503,
    body: { code },
    headers: { 'retry-after': expect.any(String) },
  });
  expect(logged).toMatchObject([['warn', 'request.refused', { request_id: 'r-1', code, error }]]);
});

test('a connection that is lost leaves the outcome of a change unknown, and not of a read', async () => {
  const lost = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  expect((await answerTo(lost, { readsOnly: false })).body).toMatchObject({ code: 'outcome_unknown' });
  expect((await answerTo(lost, { readsOnly: true })).body).toMatchObject({ code: 'unavailable' });
});

test.each([
  new Error('SELECT secret FROM skus failed at /srv/app/node_modules/pg/client.js:5'),
  new TypeError('Cannot read properties of undefined'),
  'a thrown string',
  { status: 500, type: 'odd', message: 'secret' },
])('an unexpected error is logged whole and answered without details: %s', async (error) => {
  const reply = await answerTo(error);
  expect(reply).toMatchObject({ status: 500, body: { code: 'internal_error', instance: 'r-1' } });
  expect(JSON.stringify(reply.body)).not.toMatch(/secret|undefined|thrown/);
  expect(logged).toMatchObject([['error', 'request.failed', { request_id: 'r-1', path: '/', error }]]);
});
