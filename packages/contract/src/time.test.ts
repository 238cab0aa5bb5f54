import { parseTime, requestTime, storableTime } from './time.ts';

const faultOf = (text: unknown) => storableTime().safeParse(text).error?.issues[0]?.message;

test.each([
  ['2026-11-20T10:00:00Z', '2026-11-20T10:00:00.000Z'],
  ['2026-11-20T11:00:00+01:00', '2026-11-20T10:00:00.000Z'],
  ['2026-11-20T04:30:00.5-05:30', '2026-11-20T10:00:00.500Z'],
  ['2026-11-20t10:00:00z', '2026-11-20T10:00:00.000Z'],
  ['2026-11-20t10:00:00.123456789z', '2026-11-20T10:00:00.123Z'],
  ['2026-11-20T10:00:00-00:00', '2026-11-20T10:00:00.000Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ['1990-12-31T23:59:60Z', '1991-01-01T00:00:00.000Z'],
  ['1990-12-31T15:59:60.9-08:00', '1991-01-01T00:00:00.000Z'],
  ['2016-12-31t23:59:60z', '2017-01-01T00:00:00.000Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
])('%s is %s', (text, utc) => {
  expect(faultOf(text)).toBeUndefined();
  expect(new Date(parseTime(text)).toISOString()).toBe(utc);
});

test.each([
  ['2026-11-20T11:00:00 01:00', 'write + as %2B'],
  ['2026-11-20T10:00:00', 'has no offset'],
  ['2026-11-20', 'must be a time such as'],
  ['2026-11-20 10:00:00Z', 'must be a time such as'],
  ['1763632800', 'must be a time such as'],
  ['20261120T100000Z', 'must be a time such as'],
  ['2026-11-20T10:00Z', 'must be a time such as'],
  ['2026-11-20T10:00:00+0100', 'must be a time such as'],
  [' 2026-11-20T10:00:00Z', 'must be a time such as'],
  ['2026-02-29T10:00:00Z', 'names a day that does not exist'],
  ['2026-13-01T10:00:00Z', 'names a day that does not exist'],
  ['2026-00-01T10:00:00Z', 'names a day that does not exist'],
  ['2026-11-20T24:00:00Z', 'does not exist'],
  ['2026-11-20T10:60:00Z', 'does not exist'],
  ['2026-11-20T10:00:61Z', 'does not exist'],
  ['2026-11-20T10:00:00+24:00', 'does not exist'],
  ['2026-11-20T10:00:60Z', 'has a leap second'],
  ['2026-11-20T23:59:60Z', 'has a leap second'],
  ['2016-12-31T23:59:60+01:00', 'has a leap second'],
  ['0000-01-01T00:00:00Z', 'within the years'],
  ['0001-01-01T00:00:00+00:01', 'within the years'],
  ['9999-12-31T23:59:59-00:01', 'within the years'],
])('%s is refused: %s', (text, fault) => {
  expect(faultOf(text)).toContain(fault);
});

test('a time that is not stored may be of any year of four digits', () => {
  expect(requestTime().safeParse('0000-01-01T00:00:00Z').success).toBe(true);
  expect(requestTime().safeParse('10000-01-01T00:00:00Z').success).toBe(false);
});

test('a time that was not checked is not read', () => {
  expect(() => parseTime('tomorrow')).toThrow('not checked');
});
