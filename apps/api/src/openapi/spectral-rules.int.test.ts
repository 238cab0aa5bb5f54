import { execFileSync } from 'node:child_process';
import { apiOfSuite } from '../testing/start-api.ts';

const api = apiOfSuite();

/** In a separate process, as its modules must be loaded by Node and not by Jest. */
const LINT = `
  const { Spectral } = require('@stoplight/spectral-core');
  const { oas } = require('@stoplight/spectral-rulesets');
  const { text } = require('node:stream/consumers');
  const spectral = new Spectral();
  spectral.setRuleset({ extends: [[oas, 'recommended']] });
  text(process.stdin)
    .then((document) => spectral.run(document))
    .then((found) => console.log(JSON.stringify(found.map(({ code, message, path }) => [code, path.join('.'), message].join(': ')))));
`;

test('the OpenAPI document has nothing that the rules of Spectral find', async () => {
  const { body } = await api.call('get', '/openapi.json');
  const found = execFileSync(process.execPath, ['-e', LINT], { input: JSON.stringify(body) });
  expect(JSON.parse(found.toString())).toEqual([]);
});
