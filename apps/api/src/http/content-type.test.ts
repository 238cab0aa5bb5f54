import { charsetOf, mediaTypeOf } from './content-type.ts';

test.each([
  ['application/json', 'application/json', 'utf-8'],
  ['Text/CSV; header=present; Charset="UTF-8"', 'text/csv', 'utf-8'],
  ['text/csv;charset=latin1', 'text/csv', 'latin1'],
  ['application/json; charset = utf-16 ; x=1', 'application/json', 'utf-16'],
  ['application/json; charset=', 'application/json', ''],
  ['application/json+', 'application/json+', 'utf-8'],
  ['application/json, text/csv', null, 'utf-8'],
  ['json', null, 'utf-8'],
  [undefined, null, 'utf-8'],
])('%s is %s in %s', (header, type, charset) => {
  expect(mediaTypeOf(header)).toBe(type);
  expect(charsetOf(header)).toBe(charset);
});
