import { execFileSync } from 'node:child_process';
import { apiOfSuite } from '../testing/start-api.ts';

const api = apiOfSuite();

/** In a separate process, as it is an ES module. The server of this test is a local one, which a rule forbids. */
const LINT = `
  import { text } from 'node:stream/consumers';
  import { createConfig, lintFromString } from '@redocly/openapi-core';
  const config = await createConfig({ extends: ['recommended'], rules: { 'no-server-example.com': 'off' } });
  const problems = await lintFromString({ source: await text(process.stdin), absoluteRef: 'openapi.json', config });
  console.log(JSON.stringify(problems.map(({ message, location }) => location[0].pointer + ': ' + message)));
`;

test('the OpenAPI document has nothing that the recommended rules of Redocly find', async () => {
  const { body } = await api.call('get', '/openapi.json');
  const found = execFileSync(process.execPath, ['--input-type=module', '-e', LINT], {
    input: JSON.stringify(body),
  });
  expect(JSON.parse(found.toString())).toEqual([]);
});
