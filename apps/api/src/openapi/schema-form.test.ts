import { formDocument } from './schema-form.ts';

test.each([
  [
    { anyOf: [{ type: 'string', minLength: 1 }, { type: 'null' }], description: 'd' },
    { type: ['string', 'null'], minLength: 1, description: 'd' },
  ],
  [
    { anyOf: [{ type: 'string', enum: ['a'] }, { type: 'null' }] },
    { type: ['string', 'null'], enum: ['a', null] },
  ],
  [
    {
      anyOf: [{ type: 'array', items: { anyOf: [{ type: 'null' }, { type: 'integer' }] } }, { type: 'null' }],
    },
    { type: ['array', 'null'], items: { type: ['integer', 'null'] } },
  ],
])('%j has one spelling of null', (schema, expected) => {
  expect(formDocument(schema)).toEqual(expected);
});

test.each([
  [{ anyOf: [{ $ref: '#/components/schemas/A' }, { type: 'null' }] }],
  [{ anyOf: [{ type: 'string' }, { type: 'integer' }, { type: 'null' }] }],
  [{ anyOf: [{ type: 'string' }] }],
])('%j stays as it is', (schema) => {
  expect(formDocument(schema)).toEqual(schema);
});

test('a reference does not close its schema', () => {
  const closed = { $ref: '#/components/schemas/A', description: 'd', additionalProperties: false };
  expect(formDocument({ a: closed })).toEqual({ a: { $ref: '#/components/schemas/A', description: 'd' } });
});
