import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENT_TYPES, EVENTS, exampleOf, INCOMING_TYPES, incomingExampleOf } from '@holdfast/events';
import { Webhook } from 'standardwebhooks';

const guide = readFileSync(join(__dirname, '..', 'docs/events.md'), 'utf8');

const PUBLISHER = { publicUrl: 'https://holdfast.example' };

/** The first block of a language after some words of the guide. */
function blockAfter(words: string, language: string): string {
  const at = guide.indexOf(words);
  const [, block] = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(guide.slice(at)) ?? [];
  if (at < 0 || block === undefined) throw new Error(`there is no ${language} after ${words}`);
  return block;
}

/** JSON of which parts are left out, as `, …`. */
const parsePart = (text: string): object => JSON.parse(text.replaceAll(/,\s*…/g, ''));

describe('docs/events.md', () => {
  test('shows a whole event as it is', () => {
    const example = exampleOf('warehouse.inventory.confirmed', PUBLISHER);
    expect(JSON.parse(blockAfter('A complete event:', 'json'))).toEqual(example);
  });

  test.each(EVENT_TYPES)('says when there is a %s, and shows what is in it', (type) => {
    expect(guide.replaceAll('\n', ' ')).toContain(`**\`${type}\`**: ${EVENTS[type].when}`);
    expect(exampleOf(type, PUBLISHER).data).toMatchObject(parsePart(blockAfter(`**\`${type}\`**`, 'json')));
  });

  test.each(INCOMING_TYPES)('shows what is in a %s', (type) => {
    expect(parsePart(blockAfter(`**\`${type}\`**`, 'json'))).toEqual(incomingExampleOf(type).data);
  });

  test('names no event that there is not', () => {
    const named =
      guide.match(/\b(warehouse\.inventory|order\.order|fulfillment\.fulfillment)\.[a-z_]+/g) ?? [];
    const known = [...EVENT_TYPES, ...INCOMING_TYPES, 'warehouse.inventory.test'];
    expect(named.filter((name) => !known.some((each) => each === name))).toEqual([]);
  });
});

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const BODY = '{"subject": "Ärmel, größe M"}';

/** A request as it is sent, or not quite so. */
function request({
  body = BODY,
  signedBody = BODY,
  id = 'e-1',
  signedId = 'e-1',
  secret = SECRET,
  ageSeconds = 0,
}) {
  const time = new Date(Date.now() - ageSeconds * 1_000);
  const signature = new Webhook(secret).sign(signedId, time, signedBody);
  const timestamp = String(Math.floor(time.getTime() / 1_000));
  return {
    body,
    headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature },
  };
}

const withHeader = (name: string, value: string) => {
  const { body, headers } = request({});
  return { body, headers: { ...headers, [name]: value } };
};
const withoutHeaders = () => ({ body: BODY, headers: {} });
const signature = () => request({}).headers['webhook-signature'];

const GENUINE = {
  'one that is genuine': request({}),
  'one of four minutes ago': request({ ageSeconds: 240 }),
  'one whose second signature is ours': withHeader('webhook-signature', `v1,AAAA ${signature()}`),
  'one that others have signed in other ways, too': withHeader(
    'webhook-signature',
    `v1a,x v2,é ${signature()}`,
  ),
};
const FORGED = {
  'another body': request({ body: `${BODY} ` }),
  'another id': request({ id: 'e-2' }),
  'another secret': request({ secret: `whsec_${Buffer.alloc(32, 8).toString('base64')}` }),
  'an old one': request({ ageSeconds: 360 }),
  'one from the future': request({ ageSeconds: -360 }),
  'a time that is none': withHeader('webhook-timestamp', 'now'),
  'no signature': withHeader('webhook-signature', ''),
  'a signature without its version': withHeader('webhook-signature', signature().slice('v1,'.length)),
  'a signature with something behind it': withHeader('webhook-signature', `${signature()}=`),
  'no headers': withoutHeaders(),
};
const CASES = { ...GENUINE, ...FORGED };

describe.each([
  {
    language: 'js',
    program: 'node',
    file: 'verify.mjs',
    run: `
      import { readFileSync } from 'node:fs';
      const cases = Object.entries(JSON.parse(readFileSync(0, 'utf8')));
      const verdicts = cases.map(([name, { headers, body }]) => [name, isGenuine('${SECRET}', headers, Buffer.from(body))]);
      console.log(JSON.stringify(Object.fromEntries(verdicts)));`,
  },
  {
    language: 'python',
    program: 'python3',
    file: 'verify.py',
    run: `
import json, sys
cases = json.loads(sys.stdin.buffer.read())
print(json.dumps({name: is_genuine("${SECRET}", each["headers"], each["body"].encode()) for name, each in cases.items()}))`,
  },
])('its $language', ({ language, program, file, run }) => {
  const isThere = spawnSync(program, ['--version']).status === 0;
  const testIfThere = isThere || process.env['CI'] ? test : test.skip;

  testIfThere('tells what is genuine from what is not', () => {
    const directory = mkdtempSync(join(tmpdir(), 'holdfast-guide-'));
    try {
      writeFileSync(join(directory, file), `${blockAfter('**Verify the signature', language)}${run}`);
      const { stdout, stderr } = spawnSync(program, [join(directory, file)], {
        input: JSON.stringify(CASES),
      });
      expect(stderr.toString()).toBe('');
      const isGenuine = ([name]: readonly [string, unknown]) => [name, name in GENUINE];
      expect(JSON.parse(stdout.toString())).toEqual(Object.fromEntries(Object.entries(CASES).map(isGenuine)));
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
