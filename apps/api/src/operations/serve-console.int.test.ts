import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import request from 'supertest';
import { serveConsole } from './serve-console.ts';

const built = mkdtempSync(join(tmpdir(), 'holdfast-console-'));
const app = express().use('/console', serveConsole(built));
const get = (path: string) => request(app).get(path);

beforeAll(() => {
  mkdirSync(join(built, 'assets'));
  writeFileSync(join(built, 'assets/index-abc.js'), 'start()');
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

test.each(['/console/assets/index-old.js', '/console/assets/', '/console/assets/..%2Findex.html'])(
  'there is nothing at %s',
  async (path) => expect(await get(path)).toMatchObject({ status: 404 }),
);
