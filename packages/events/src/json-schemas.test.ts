import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020';
import { EVENT_TYPES } from './event-catalog.ts';
import { exampleOf } from './event-examples.ts';
import { INCOMING_TYPES, incomingExampleOf } from './intake/incoming-events.ts';
import { jsonSchemas } from './json-schemas.ts';
import { testEvent } from './test-event.ts';

const PUBLISHER = { publicUrl: 'https://holdfast.example' };
const schemas = jsonSchemas(PUBLISHER);

/** A consumer's validator. It has only the served schemas, and refuses unknown keywords. */
const ajv = addFormats(new Ajv2020({ strict: true, allowUnionTypes: true }), ['date-time', 'uri', 'uuid']);
for (const schema of schemas.values()) ajv.addSchema(schema);

function accepts($id: string, value: unknown): unknown {
  const validate = ajv.getSchema($id);
  if (!validate) throw new Error(`there is no schema ${$id}`);
  return validate(value) || validate.errors;
}

const schemaOf = (name: string) => `https://holdfast.example/schemas/${name}.json`;

/** The same value as often as it has leaves, each time with another leaf that is an empty object. */
function broken(value: unknown): readonly unknown[] {
  if (value === null || typeof value !== 'object') return [{}];
  return Object.keys(value).flatMap((key) =>
    broken(Reflect.get(value, key)).map((wrong) => Object.assign(structuredClone(value), { [key]: wrong })),
  );
}

const withoutOne = (value: object): readonly unknown[] =>
  Object.keys(value).map((field) =>
    Object.fromEntries(Object.entries(value).filter(([key]) => key !== field)),
  );

test('there is one for each event, out and in, and one for what is around them', () => {
  expect([...schemas.keys()]).toEqual(['cloud-event', ...EVENT_TYPES, ...INCOMING_TYPES]);
  for (const [name, { $id, title, description }] of schemas) {
    expect({ $id, title }).toEqual({ $id: schemaOf(name), title: name });
    expect(description).not.toBe('');
  }
});

describe.each(EVENT_TYPES)('%s', (type) => {
  const event = exampleOf(type, PUBLISHER);
  const { data, dataschema } = event;

  test('its example is accepted, at the address that it names', () => {
    expect(accepts(dataschema, data)).toBe(true);
    expect(accepts(schemaOf('cloud-event'), event)).toBe(true);
  });

  test('anything else in place of a value is refused, and so is a field less', () => {
    for (const each of [...broken(data), ...withoutOne(data)])
      expect(accepts(dataschema, each)).not.toBe(true);
    const { dataschema: _optional, ...required } = event;
    for (const each of withoutOne(required)) expect(accepts(schemaOf('cloud-event'), each)).not.toBe(true);
  });

  test('a field that was added later is accepted', () => {
    expect(accepts(dataschema, { ...data, invented_later: 1 })).toBe(true);
  });
});

test('an event of a type that is not known yet, and a test call, are accepted as what is around their data', () => {
  const newer = {
    ...exampleOf('warehouse.inventory.reserved', PUBLISHER),
    type: 'warehouse.inventory.moved',
  };
  expect(accepts(schemaOf('cloud-event'), newer)).toBe(true);
  const { publicUrl } = PUBLISHER;
  const call = testEvent(newer.id, { endpointId: newer.subject, publicUrl, time: newer.time });
  expect(accepts(schemaOf('cloud-event'), call)).toBe(true);
});

describe.each(INCOMING_TYPES)('%s', (type) => {
  const { data } = incomingExampleOf(type);

  test('its example is accepted, and so is what else the sender has to say', () => {
    expect(accepts(schemaOf(type), data)).toBe(true);
    expect(accepts(schemaOf(type), { ...data, customer: { vip: true } })).toBe(true);
  });

  test('anything else in place of a value is refused', () => {
    for (const each of broken(data)) expect(accepts(schemaOf(type), each)).not.toBe(true);
  });
});
