import { openGuardedApi, type GuardedApi } from '../testing/guarded-api.ts';
import { NO_ID, type RouteCase } from '../testing/route-cases/route-case.ts';
import {
  keepField,
  ROUTE_CASES,
  send,
  sentOf,
  statusOf,
  type Sent,
  type Side,
} from '../testing/route-cases/send-case.ts';
import { routes } from '../routes.ts';

// Every route must answer byte for byte alike, but for ids, times and secrets, whether the hot router or Express finds it.
// The same calls go to two APIs, each on a database of its own, in the same order.

interface GuardedSide extends Side {
  readonly guarded: GuardedApi;
}

let sides: readonly [hot: GuardedSide, express: GuardedSide];
let known: readonly { readonly route: string; readonly method: string; readonly path: string }[];

async function openSide(withHotRouter: boolean): Promise<GuardedSide> {
  const guarded = await openGuardedApi();
  return { guarded, keys: guarded.keys, url: await guarded.openServer({ withHotRouter }), kept: new Map() };
}

beforeAll(async () => {
  sides = [await openSide(true), await openSide(false)];
  known = routes(sides[0].guarded.api.context).map(({ method, path }) => {
    const verb = method.toUpperCase();
    return { route: `${verb} ${path}`, method: verb, path };
  });
});
afterAll(async () => {
  for (const { guarded } of sides) await guarded.close();
});

/** Sends a request to both sides. Returns what both answer. @throws when they do not answer alike */
async function expectSameAnswer(sent: Sent, keep?: RouteCase['keep']): Promise<string> {
  const answerOf = async (side: Side): Promise<string> => {
    const answer = await send(side, sent);
    keepField(side, answer, keep);
    return withoutIdsAndTimes(answer);
  };
  const [hot, express] = await Promise.all([answerOf(sides[0]), answerOf(sides[1])]);
  expect({ line: sent.line, answer: hot }).toEqual({ line: sent.line, answer: express });
  return hot;
}

function withoutIdsAndTimes(answer: string): string {
  return answer
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/ETag: W\/"[^"]*"/g, 'ETag: <tag>')
    .replaceAll(/"next_cursor":"[^"]*"/g, '"next_cursor":"<cursor>"')
    .replaceAll(/whsec_[^"]*/g, '<secret>')
    .replaceAll(/_seconds":[\d.]+/g, '_seconds":0')
    .replaceAll(/"tables":\[[^\]]*\]/g, '"tables":<tables>')
    .replaceAll(/"in_use":\d+/g, '"in_use":0')
    .replaceAll(/"refusing":\[[^\]]*\]/g, '"refusing":<counted later>')
    .replaceAll(/Content-Length: \d+/g, 'Content-Length: <bytes>') // of the numbers above
    .replaceAll(/Date: .*/g, 'Date: <date>')
    .replaceAll(/;r=\d+;/g, ';r=<left>;');
}

/** A stream does not end, and without a worker no import ends that could be reverted: their own suites have them. */
const ANSWERED_ELSEWHERE = ['GET /v1/events/stream', 'POST /v1/stock-imports/{id}/revert'];

test('every route has a call that is answered and one that is refused', () => {
  const answered = ROUTE_CASES.filter(({ status }) => status < 400);
  const refused = ROUTE_CASES.filter(({ status }) => status >= 400);
  const all = new Set(known.map(({ route }) => route));
  expect(new Set([...answered.map(({ route }) => route), ...ANSWERED_ELSEWHERE])).toEqual(all);
  expect(new Set(refused.map(({ route }) => route))).toEqual(all);
});

test.each(ROUTE_CASES)('$route: $what: $status', async (each) => {
  expect(statusOf(await expectSameAnswer(sentOf(each), each.keep))).toBe(each.status);
});

/** A path in which each parameter has the same value. */
const filledWith = (template: string, value: string) => template.replaceAll(/\{\w+\}/g, value);

/** Other spellings of a path, and paths near it. */
function* spellings(template: string): Generator<string> {
  const path = filledWith(template, NO_ID);
  yield* [path, `${path}/`, `/${path}`, `${path}//`, `/.${path}`, `${path}/..`, `${path}/.`, `/x/..${path}`];
  yield* [path.toUpperCase(), path.replace('/v1', '/V1'), path.replaceAll(/([a-z])/g, '%6$1')];
  yield* [
    path.replace(/^\/./, (all) => `/%${all.charCodeAt(1).toString(16)}`),
    path.slice(1).replace('/', '%2F'),
  ];
  yield* [`${path}?`, `${path}?nonsense=1`, `${path}?nonsense=%zz`, `${path}??`, `${path}?a#b`];
  yield* [
    `${path}#a`,
    `${path}#?a`,
    `${path};a`,
    `${path}%00`,
    `${path}%`,
    `${path}\u00a0`,
    `http://x${path}`,
  ];
  if (!template.includes('{')) return;
  const values = [
    '',
    '%zz',
    '%',
    '%2',
    '%2F',
    '%2f..%2f',
    '%00',
    '%ff',
    '%25',
    '..',
    '.',
    '%2e%2e',
    '*',
    ':id',
  ];
  const others = [
    'a;b',
    'a"b',
    'a|b',
    'a+b',
    '%E5%80%89',
    '%7Bid%7D',
    'retry',
    'batch',
    'x'.repeat(300),
    '%41'.repeat(300),
  ];
  for (const value of [...values, ...others]) yield filledWith(template, value);
}

test('every route is found, or not, by the same spellings of its path', async () => {
  for (const { method, path } of known) {
    for (const spelling of spellings(path)) {
      await expectSameAnswer({ line: `${method} ${spelling}`, body: '{' });
    }
  }
});

test('every route answers other methods alike', async () => {
  const paths = new Set(known.map(({ path }) => filledWith(path, NO_ID)));
  for (const path of paths) {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PURGE']) {
      await expectSameAnswer({ line: `${method} ${path}`, body: '{' });
    }
  }
});

test('every route answers bad bodies alike', async () => {
  const types = ['application/json', 'text/plain', 'application/json; charset=latin1', 'text/csv'];
  for (const { method, path } of known) {
    for (const body of ['null', '[]', '{"nonsense":1}', '"']) {
      await expectSameAnswer({ line: `${method} ${filledWith(path, NO_ID)}`, body });
    }
    for (const type of types) {
      await expectSameAnswer({
        line: `${method} ${filledWith(path, NO_ID)}`,
        body: '{',
        headers: [`Content-Type: ${type}`],
      });
    }
  }
});

test('every route with a scope is closed without a key, and to a key without the scope', async () => {
  const open: string[] = [];
  for (const { route, method, path } of known) {
    const line = `${method} ${filledWith(path, NO_ID)}`;
    const withoutKey = await expectSameAnswer({ line, body: '{', headers: ['Authorization: Bearer x'] });
    const keyOfOthers = keyWithoutScopeOf(line);
    const withOther = await expectSameAnswer({
      line,
      body: '{',
      headers: [`Authorization: Bearer {${keyOfOthers}}`],
    });
    if (statusOf(withoutKey) !== 401 || statusOf(withOther) !== 403) open.push(route);
  }
  expect(open).toEqual(['GET /healthz', 'GET /readyz']);
});

/** Any reading scope opens these. */
function keyWithoutScopeOf(line: string): 'clerk' | 'shop' | 'writer' {
  if (/\/v1\/(search|caller)/.test(line)) return 'writer';
  return /reservation|\/orders|\/demand|\/promises/.test(line) ? 'clerk' : 'shop';
}

test('every request is counted under the same names', async () => {
  const counts = await Promise.all(
    sides.map(async (side) => {
      const answer = await send(side, { line: 'GET /metrics' });
      const series = answer.matchAll(/^holdfast_http_request_seconds_count\{.*$/gm);
      return [...series].map(([line]) => line).toSorted();
    }),
  );
  expect(counts[0]).toEqual(counts[1]);
  expect(counts[0]?.join()).toContain('route="/v1/reservations/:id/confirm",status="200"');
});
