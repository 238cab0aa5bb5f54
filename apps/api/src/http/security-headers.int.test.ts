import { ofSuite } from '@holdfast/testing';
import request from 'supertest';
import { openGuardedApi } from '../testing/guarded-api.ts';

let urls: string[];

const guarded = ofSuite(() => openGuardedApi());
beforeAll(async () => {
  urls = [
    await guarded.openServer({ withHotRouter: true }),
    await guarded.openServer({ withHotRouter: false }),
  ];
});

const OF_ANSWERS = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

test.each([
  '/healthz',
  '/readyz',
  '/openapi.json',
  '/asyncapi.json',
  '/schemas/cloud-event.json',
  '/metrics',
  '/v1/skus',
  '/v1/skus?limit=1',
  '/v1/nowhere',
  '/%ZZ',
])('nothing may be loaded by, or made a frame of, what %s answers, with a key and without', async (path) => {
  for (const url of urls) {
    for (const headers of [guarded.bearer('all'), {}]) {
      const reply = await request(url).get(path).set(headers);
      expect(reply.headers).toMatchObject(OF_ANSWERS);
      expect(reply.headers).not.toHaveProperty('x-powered-by');
    }
  }
});

describe.each(['/docs', '/ops/queues'])('the page at %s', (path) => {
  const open = () =>
    request(urls[0] ?? '')
      .get(path)
      .set(guarded.bearer('watcher'))
      .expect(200);

  test('may load its own files only, and style itself', async () => {
    const { headers } = await open();
    const policy = String(headers['content-security-policy']).split(';');
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'self'", "script-src 'self'", "style-src 'self' 'unsafe-inline'"]),
    );
    expect(policy.join()).not.toMatch(/unsafe-eval|https?:|upgrade-insecure/);
    expect(headers['x-frame-options']).toBe('DENY');
    expect(headers).not.toHaveProperty('x-powered-by');
  });

  test('refers to no other host, which this would refuse with an error in the console', async () => {
    const { text } = await open();
    expect(text).not.toMatch(/<(link|script|img)\b[^>]*(href|src)="(https?:)?\/\//);
    const sheets = [...text.matchAll(/<link\b[^>]*href="([^"]+\.css)"/g)].map(([, href = '']) => href);
    // Scalar's script has its styles in itself.
    expect(sheets.length > 0).toBe(path !== '/docs');
    for (const href of sheets) {
      const { text: css } = await request(urls[0] ?? '')
        .get(new URL(href, `http://host${path.replace(/\/?$/, '/')}`).pathname)
        .set(guarded.bearer('watcher'))
        .expect(200);
      expect(css).not.toMatch(/url\(["']?(https?:)?\/\/|@import/);
    }
  });

  test('has no script in itself that this would stop', async () => {
    const { text } = await open();
    const scripts = [...text.matchAll(/<script([^>]*)>([^<]*)/g)];
    expect(scripts.length).toBeGreaterThan(1);
    for (const [, attributes = '', code = ''] of scripts) {
      if (/type="application\/json"/.test(attributes)) continue; // data, which no policy is about
      expect(attributes).toMatch(/src="(?!https?:|\/\/)[^"]+"/);
      expect(code.trim()).toBe('');
    }
    expect(text).not.toMatch(/\son\w+="|javascript:/);
  });
});
