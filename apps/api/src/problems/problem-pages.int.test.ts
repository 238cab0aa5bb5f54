import { PROBLEMS, problemPath } from '@holdfast/contract';
import { ofSuite } from '@holdfast/testing';
import request from 'supertest';
import { PROBLEM_CODES } from '../http/problem.ts';
import { openGuardedApi } from '../testing/guarded-api.ts';
import { PROBLEM_TEXTS } from './problem-texts.ts';

const PUBLIC_URL = 'https://shop.example/holdfast';

const guarded = ofSuite(() => openGuardedApi({ PUBLIC_URL }));

const open = (path: string) => request(guarded.api.url).get(path);

describe.each(PROBLEM_CODES)('the page of %s', (code) => {
  test('says what happened and what to do, to anyone', async () => {
    const { text, headers } = await open(problemPath(code)).expect(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    const [status, title] = PROBLEMS[code];
    const { happened, todo, adds = {}, detail, extensions = {} } = PROBLEM_TEXTS[code];
    for (const shown of [title, `HTTP ${status}`, code, ...Object.keys(adds)]) expect(text).toContain(shown);
    for (const sentence of [happened, todo, detail, ...Object.values(adds)])
      expect(sentence.length).toBeGreaterThan(10);
    expect(Object.keys(extensions).toSorted()).toEqual(Object.keys(adds).toSorted());
    expect(text).not.toMatch(/<script|undefined|`/);
  });

  test('may load nothing but its own style sheet', async () => {
    const { headers } = await open(problemPath(code));
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none';style-src 'sha256-[^']+';base-uri 'none';form-action 'none';frame-ancestors 'none'$/,
    );
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
  });
});

test('the type of a problem leads to its page', async () => {
  const { body } = await open('/v1/skus/NONE').set(guarded.bearer('all')).expect(404);
  const { type } = body as { type: string };
  expect(type).toBe(`${PUBLIC_URL}/problems/sku-not-found`);
  const { text } = await open(type.slice(PUBLIC_URL.length)).expect(200);
  expect(text).toContain('No such SKU');
});

test('/problems lists all pages', async () => {
  const { text } = await open('/problems').expect(200);
  const paths = [...text.matchAll(/href="\.(\/problems\/[^"]+)"/g)].map(([, path]) => path);
  expect(paths).toEqual(PROBLEM_CODES.map(problemPath));
});

test.each(['/problems/no-such-code', '/problems/sku_not_found', '/problems/sku-not-found/more'])(
  '%s is not found',
  async (path) => {
    const { body } = await open(path).set(guarded.bearer('all')).expect(404);
    expect(body).toMatchObject({ code: 'not_found' });
  },
);
