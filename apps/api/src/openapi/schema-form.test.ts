import { withOneNull } from './schema-form.ts';

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
  expect(withOneNull(schema)).toEqual(expected);
});

test.each([
  [{ anyOf: [{ $ref: '#/components/schemas/A' }, { type: 'null' }] }],
  [{ anyOf: [{ type: 'string' }, { type: 'integer' }, { type: 'null' }] }],
  [{ anyOf: [{ type: 'string' }] }],
])('%j stays as it is', (schema) => {
  expect(withOneNull(schema)).toEqual(schema);
});
