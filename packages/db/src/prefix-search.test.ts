import { idsFrom } from './prefix-search.ts';

test('a prefix of an id spans the ids that begin with it', () => {
  expect(idsFrom('0199B0C4-5f0')).toEqual({
    first: '0199b0c4-5f00-0000-0000-000000000000',
    last: '0199b0c4-5f0f-ffff-ffff-ffffffffffff',
  });
  const id = '0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10';
  expect(idsFrom(id)).toEqual({ first: id, last: id });
});

test.each([
  '',
  '0199b0c',
  'order-1001',
  '0199b0c4-5f0e7',
  '0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b100',
  '0199b0c4x',
])('no id begins with %j', (text) => expect(idsFrom(text)).toBeNull());
