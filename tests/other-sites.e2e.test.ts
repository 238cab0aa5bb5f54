import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { ofSuite, queueOfRun } from '@holdfast/testing';
import { z } from 'zod';
import { openFleet } from './fleet.ts';

// Requests that a page in a browser of this machine can send, also to a name that was made to resolve to this
// machine.

const fleet = ofSuite(() => openFleet(queueOfRun));
const problem = z.object({ code: z.string(), instance: z.string(), detail: z.string() });

async function send(url: string, method: string, headers: Record<string, string>) {
  const sent = request(url, { method, headers }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const isProblem = answer.headers['content-type']?.startsWith('application/problem+json');
  const code = isProblem ? problem.parse(await json(answer)).code : null;
  answer.resume();
  return [answer.statusCode, code];
}

/** Each without a body: a page can send it without asking first. */
const calls = (): readonly [method: string, url: string][] => {
  const [api, worker] = [fleet.apis[0]?.url, fleet.workers[0]?.url];
  return [
    ['POST', `${api}/v1/workers/reconcile-stale`],
    ['POST', `${api}/v1/inventory/consistency/repair`],
    ['POST', `${api}/v1/reservations/0199b0c4-0000-7000-8000-000000000000/confirm`],
    ['GET', `${api}/v1/reservations`],
    ['GET', `${api}/openapi.json`],
    ['PUT', `${api}/ops/queues/api/queues/expiry/pause`],
    ['GET', `${worker}/metrics`],
    ['GET', `${worker}/readyz`],
    ['GET', `${fleet.warehouse.url}/__sim/requests`],
    ['PUT', `${fleet.warehouse.url}/__sim/faults`],
    ['POST', `${fleet.warehouse.url}/v1/inventory/holds`],
  ];
};

const ofRuns = () => fleet.query(`SELECT id FROM reconciliation_runs WHERE trigger = 'manual'`);

test.each<Record<string, string>>([
  { Origin: 'https://evil.example' },
  { Origin: 'null' },
  { Origin: 'http://127.0.0.1.evil.example' },
  { Origin: 'http://localhost:5173', Host: '127.0.0.1:3000' },
  { 'Sec-Fetch-Site': 'cross-site' },
  { 'Sec-Fetch-Site': 'cross-site', Origin: 'http://127.0.0.1:3000' },
  { Host: 'evil.example' },
  { Host: 'evil.example:3000', 'Sec-Fetch-Site': 'same-origin' },
  { Host: 'localhost.evil.example' },
  { Host: '127.0.0.1@evil.example' },
])('a request with %j is refused by API, worker and stand-in, and does nothing', async (headers) => {
  for (const [method, url] of calls())
    expect([method, url, ...(await send(url, method, headers))]).toEqual([method, url, 403, 'forbidden']);
  expect(await ofRuns()).toEqual([]);
});

test.each<Record<string, string>>([
  {},
  { Host: 'localhost:3000' },
  { Host: '[::1]:3000' },
  { Origin: 'http://127.0.0.1:5173' },
  { 'Sec-Fetch-Site': 'none' },
  { 'Sec-Fetch-Site': 'same-origin', Origin: 'http://localhost:3000', Host: 'localhost:3000' },
])('a request with %j is answered', async (headers) => {
  for (const [method, url] of calls().filter(([, url]) => !url.includes('/ops/queues')))
    expect((await send(url, method, headers))[0]).not.toBe(403);
});
