import { eventually, ofSuite } from '@holdfast/testing';
import request from 'supertest';
import { openGuardedApi } from '../testing/guarded-api.ts';

const guarded = ofSuite(() => openGuardedApi());

type Headers = Readonly<Record<string, string>>;

const password = (name: 'watcher' | 'operator') => ({
  Authorization: `Basic ${Buffer.from(`anybody:${guarded.keys[name]}`).toString('base64')}`,
});
const board = (method: 'get' | 'put', path: string, headers: Headers) =>
  request(guarded.api.url)[method](`/ops/queues${path}`).set(headers);
const isPaused = async () =>
  Promise.all(guarded.api.context.producer.boardQueues().map((queue) => queue.isPaused()));
const readOnlyModes = async (headers: Headers) => {
  const { body } = (await board('get', '/api/queues', headers).expect(200)) as {
    body: { queues: { readOnlyMode: boolean }[] };
  };
  return new Set(body.queues.map(({ readOnlyMode }) => readOnlyMode));
};

test('a browser that knows no key is asked for one', async () => {
  const { status, headers } = await board('get', '', {});
  expect({ status, challenge: headers['www-authenticate'] }).toEqual({
    status: 401,
    challenge: 'Basic realm="Holdfast", charset="UTF-8"',
  });
});

describe.each(['password', 'Bearer key'] as const)('with the key as a %s', (how) => {
  const as = (name: 'watcher' | 'operator') => (how === 'password' ? password(name) : guarded.bearer(name));

  test('ops:read sees the page, its files and all queues, without buttons', async () => {
    const page = await board('get', '', as('watcher'))
      .expect(200)
      .expect('Content-Type', /^text\/html/);
    const [, script = ''] = /src="(static\/js\/main[^"]+)"/.exec(page.text) ?? [];
    await board('get', `/${script}`, as('watcher'))
      .expect(200)
      .expect('Content-Type', /javascript/);
    expect(await readOnlyModes(as('watcher'))).toEqual(new Set([true]));
  });

  test('ops:write has buttons, and they work', async () => {
    expect(await readOnlyModes(as('operator'))).toEqual(new Set([false]));
    const fromOwnPage = { ...as('operator'), 'Sec-Fetch-Site': 'same-origin' };
    await board('put', '/api/queues/expiry/pause', fromOwnPage).expect(200);
    expect(await isPaused()).toContain(true);
    await board('put', '/api/queues/expiry/resume', fromOwnPage).expect(200);
    expect(await isPaused()).not.toContain(true);
  });

  test('an unknown path gets 404, as elsewhere', async () => {
    const { body } = await board('get', '/api/nothing', as('operator')).expect(404);
    expect(body).toMatchObject({ code: 'not_found' });
  });
});

describe('a page of another site cannot act with the password that a browser remembers', () => {
  test.each<[string, Headers]>([
    ['another site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['a neighbour of the same site', { 'Sec-Fetch-Site': 'same-site' }],
    ['a link', { 'Sec-Fetch-Site': 'none' }],
    ['another origin', { Origin: 'https://evil.example' }],
    ['an origin that begins as ours does', { Origin: 'http://holdfast.test.evil.example' }],
    ['no origin that has a name', { Origin: 'null' }],
    ['nothing that says where it comes from', {}],
    [
      'another site that names our origin',
      { 'Sec-Fetch-Site': 'cross-site', Origin: 'http://holdfast.test' },
    ],
  ])('%s', async (_who, headers) => {
    const sent = { ...password('operator'), Host: 'holdfast.test', ...headers };
    const { body } = await board('put', '/api/queues/expiry/pause', sent).expect(403);
    expect(body).toMatchObject({ code: 'forbidden' });
    expect(await isPaused()).not.toContain(true);
  });

  test.each([
    ['of ours', { Origin: 'http://holdfast.test' }],
    ['of ours behind TLS', { Origin: 'https://holdfast.test' }],
  ])('in an old browser, a page %s can', async (_who, headers) => {
    const sent = { ...password('operator'), Host: 'holdfast.test', ...headers };
    expect(await board('put', '/api/queues/expiry/resume', sent)).toMatchObject({ status: 200 });
  });
});

test('actions on the board are logged with their caller, at each LOG_LEVEL', async () => {
  const warn = jest.spyOn(guarded.api.context.log, 'warn');
  const actions = () =>
    warn.mock.calls.filter(([event]) => event === 'board.action').map(([, fields]) => fields);
  const sent = { ...guarded.bearer('operator'), 'X-Request-Id': 'board-1' };
  await board('put', '/api/queues/expiry/pause', sent).expect(200);
  await board('put', '/api/queues/expiry/resume', guarded.bearer('operator')).expect(200);
  await board('get', '/api/queues', guarded.bearer('operator')).expect(200);
  await eventually(() => actions().length >= 2);
  expect(actions()).toEqual([
    {
      request_id: 'board-1',
      caller: 'operator',
      client_address: '127.0.0.1',
      action: 'PUT /api/queues/expiry/pause',
      status: 200,
    },
    expect.objectContaining({ caller: 'operator', action: 'PUT /api/queues/expiry/resume', status: 200 }),
  ]);
  await board('put', '/api/queues/expiry/pause', guarded.bearer('watcher')).expect(403);
  await eventually(() => warn.mock.calls.length > 2);
  expect(warn).toHaveBeenLastCalledWith(
    'request.answered',
    expect.objectContaining({ caller: 'watcher', status: 403, path: '/ops/queues/api/queues/expiry/pause' }),
  );
  warn.mockRestore();
});

test('a script that acts sends a Bearer key, and nothing else', async () => {
  const reply = await board('put', '/api/queues/expiry/resume', guarded.bearer('operator'));
  expect(reply).toMatchObject({ status: 200 });
});
