/** `npm run api-key -- --name shop --scopes reservations:read,reservations:write`: makes an API key (docs/api-keys.md). */
import { parseArgs } from 'node:util';
import { makeApiKey, SCOPES } from '@holdfast/runtime';
import { z } from 'zod';

const USAGE = `npm run api-key -- --name NAME --scopes SCOPE,SCOPE

  --name    who will call with it, such as the team: 1 to 64 letters, digits, dots, dashes or underscores
  --scopes  what it is good for, some of:
            ${SCOPES.join('\n            ')}
  --sources optional, with events:write: the sources of events that only this key may use, with commas between
`;

function main(): number {
  const { name, scopes, sources } = readOptions();
  const { key, entry } = makeApiKey(name, scopes, sources);
  console.log(`The key, which is shown this once. Give it to whoever calls as ${name}:

  ${key}

Its entry for API_KEYS, of every API and worker; entries stand side by side with a space between them:

  ${entry}
`);
  return 0;
}

function readOptions(): { name: string; scopes: string; sources?: string } {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({ options: { name: option, scopes: option, sources: option } });
  const { name, scopes, sources } = values;
  if (name === undefined || scopes === undefined) throw new Error('Say --name and --scopes.');
  return { name, scopes, ...(sources === undefined ? {} : { sources }) };
}

function explain(error: unknown): string {
  if (error instanceof z.ZodError) {
    const messages = error.issues.map(({ path, message }) => `--${String(path[0])}: ${message}`);
    return [...new Set(messages)].join('\n');
  }
  return error instanceof Error ? error.message : String(error);
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(`${explain(error)}\n\n${USAGE}`);
  process.exitCode = 1;
}
