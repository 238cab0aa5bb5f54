import request from 'supertest';
import { apiOfSuite } from '../testing/start-api.ts';

const api = apiOfSuite();

describe('/docs', () => {
  test('is a page whose scripts are all there, and which reads the document', async () => {
    const page = await request(api.url)
      .get('/docs')
      .expect(200)
      .expect('Content-Type', /^text\/html/);
    const scripts = [...page.text.matchAll(/<script src="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(scripts).toEqual(['docs/scalar.js', 'docs/start.js']);
    const [scalar, start] = await Promise.all(
      scripts.map((script) => request(api.url).get(`/${script}`).expect(200)),
    );
    expect(scalar?.text).toContain('createApiReference');
    expect(start?.text).toContain("url: 'openapi.json'");
    for (const { headers } of [scalar, start].flatMap((each) => each ?? [])) {
      expect(headers).toMatchObject({
        'content-type': 'text/javascript; charset=utf-8',
        'content-encoding': 'gzip',
      });
    }
    await request(api.url).get('/docs/').expect(301).expect('Location', '../docs');
  });

  test('its script evaluates no text as code, which its policy forbids', async () => {
    const { text } = await request(api.url).get('/docs/scalar.js');
    expect(text).not.toMatch(/new Function\(|[^\w.]eval\(/);
  });
});
