import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import express from 'express';
import request from 'supertest';
import { serveConsole } from './serve-console.ts';

const built = mkdtempSync(join(tmpdir(), 'holdfast-console-'));
const SCRIPT = 'start();'.repeat(100);
const app = express().use('/console', serveConsole(built));
const get = (path: string) => request(app).get(path);

beforeAll(() => {
  mkdirSync(join(built, 'assets'));
  for (const name of ['index', 'plain']) writeFileSync(join(built, `assets/${name}-abc.js`), SCRIPT);
  writeFileSync(join(built, 'assets/index-abc.js.br'), brotliCompressSync(SCRIPT));
  writeFileSync(join(built, 'assets/index-abc.js.gz'), gzipSync(SCRIPT));
  writeFileSync(
    join(built, 'index.html'),
    '<meta nonce="@@nonce@@"><script nonce="@@nonce@@" src="x"></script>',
  );
  writeFileSync(join(built, '.built-from'), 'a hash');
});
afterAll(() => rmSync(built, { recursive: true }));

test.each(['/console', '/console/', '/console/skus/A%2FB.js', '/console/reservations?status=held'])(
  'the page is at %s, may be kept by no one, and has a nonce of its own each time',
  async (path) => {
    const nonces: string[] = [];
    for (const { headers, text } of [await get(path).expect(200), await get(path).expect(200)]) {
      const policy = String(headers['content-security-policy']);
      const [, nonce = ''] = /style-src 'self' 'nonce-([^']+)'/.exec(policy) ?? [];
      expect(nonce.length).toBeGreaterThan(20);
      expect(text).toBe(`<meta nonce="${nonce}"><script nonce="${nonce}" src="x"></script>`);
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(policy).toMatch(/default-src 'none'.*frame-ancestors 'none'.*script-src 'self'/);
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-frame-options': 'DENY' });
      nonces.push(nonce);
    }
    expect(new Set(nonces).size).toBe(2);
  },
);

test('an asset is kept for a year, as its name changes with its content', async () => {
  const { headers } = await get('/console/assets/index-abc.js').expect(200);
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
});

describe('a script that the build has compressed', () => {
  const path = '/console/assets/index-abc.js';
  const asked = (encodings: string) => get(path).set('Accept-Encoding', encodings);

  test.each([
    ['gzip, deflate, br', 'br'],
    ['br;q=0.5, gzip', 'br'],
    ['gzip, br;q=0', 'gzip'],
    ['gzip', 'gzip'],
    ['identity', undefined],
    ['', undefined],
  ])('comes to a client that accepts "%s" as %s', async (accepted, encoding) => {
    const { headers, text } = await asked(accepted).expect(200);
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers).toMatchObject({
      vary: 'Accept-Encoding',
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect(text).toBe(SCRIPT);
  });

  test('has an entity tag for each form, and is not sent again to a client that has it', async () => {
    const forms = await Promise.all(['br', 'gzip', 'identity'].map((each) => asked(each)));
    const tags = forms.map(({ headers }) => String(headers['etag']));
    expect(new Set(tags).size).toBe(3);
    const [ofBrotli = '', ofGzip = ''] = tags;
    await asked('br').set('If-None-Match', ofBrotli).expect(304).expect('Vary', 'Accept-Encoding');
    await asked('br').set('If-None-Match', ofGzip).expect(200);
  });

  test('is sent as it is where the build has no compressed form', async () => {
    const { headers } = await get('/console/assets/plain-abc.js').set('Accept-Encoding', 'br').expect(200);
    expect(headers).toMatchObject({ vary: 'Accept-Encoding' });
    expect(headers).not.toHaveProperty('content-encoding');
  });
});

test.each(['/console/assets/index-old.js', '/console/assets/', '/console/assets/..%2Findex.html'])(
  'there is nothing at %s',
  async (path) => expect(await get(path)).toMatchObject({ status: 404 }),
);
