import { Parser } from '@asyncapi/parser';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { z } from 'zod';
import { describeEvents } from './asyncapi.ts';
import { EVENT_TYPES } from './event-catalog.ts';
import { INCOMING_TYPES } from './intake/incoming-events.ts';

const PUBLIC_URL = 'https://holdfast.example/inventory';
const document = JSON.stringify(describeEvents({ publicUrl: PUBLIC_URL }));

/** A second each. What is found wrong, in AsyncAPI's own words; that there is a 3.1 is no fault. */
async function parse(text: string) {
  const { document, diagnostics } = await new Parser().parse(text);
  const faults = diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version');
  return { parsed: document, faults: faults.map(({ message }) => message) };
}

let result: Awaited<ReturnType<typeof parse>>;
beforeAll(async () => {
  result = await parse(document);
});

test('AsyncAPI’s own parser finds nothing wrong', () => {
  expect(result.faults).toEqual([]);
});

test.each([
  ['a schema that is not there', '#/components/schemas/StockChange', '#/components/schemas/Nowhere'],
  ['an operation that is none', '"action":"send"', '"action":"shout"'],
])('it would find %s', async (_what, from, to) => {
  expect(document).toContain(from);
  expect((await parse(document.replace(from, to))).faults).not.toEqual([]);
});

test.each([
  ['feed', EVENT_TYPES],
  ['webhooks', EVENT_TYPES],
  ['stream', EVENT_TYPES],
  ['intake', INCOMING_TYPES],
])('every event goes its way: %s', (channel, types) => {
  const messages = result.parsed?.channels().get(channel)?.messages().all() ?? [];
  expect(messages.map((message) => message.name())).toEqual(types);
});

test('every message has an example, which its payload accepts', () => {
  const ajv = addFormats(new Ajv({ strict: false }));
  const messages = result.parsed?.components().messages().all() ?? [];
  expect(messages.map((message) => message.name())).toEqual([...EVENT_TYPES, ...INCOMING_TYPES]);
  for (const message of messages) {
    const accepts = ajv.compile(z.record(z.string(), z.unknown()).parse(message.payload()?.json()));
    const examples = message
      .examples()
      .all()
      .map((example) => example.payload());
    expect({ name: message.name(), accepted: examples.map((each) => accepts(each)) }).toEqual({
      name: message.name(),
      accepted: [true],
    });
    expect(accepts({ ...examples[0], data: {} })).toBe(false);
  }
});

test('its server is where PUBLIC_URL says', () => {
  expect(result.parsed?.servers().get('api')?.url()).toBe(PUBLIC_URL);
});
