import { Problem } from './problem.ts';
import { readToken, TOKEN_OF_PRIMARY, tokenOf } from './consistency-token.ts';

const at = (timeline: number, lsn: bigint) => ({ timeline, lsn });
const sent = (...tokens: readonly string[]) => readToken({ 'x-consistency-token': tokens.join(', ') });

test.each([at(1, 0n), at(1, 0x16_b374_d848n), at(0xff_ffff_ffff >>> 8, 2n ** 64n - 1n)])(
  'a token of $timeline and $lsn is 16 characters, and is read as it was given',
  (position) => {
    expect(tokenOf(position)).toMatch(/^[\w-]{16}$/);
    expect(sent(tokenOf(position))).toEqual(position);
  },
);

test('without a token nothing is asked for', () => {
  expect(readToken({})).toBeNull();
});

test('of several tokens the latest counts, whatever their order', () => {
  const tokens = [at(1, 9n), at(2, 5n), at(2, 4n)].map(tokenOf);
  expect(sent(...tokens)).toEqual(at(2, 5n));
  expect(sent(...tokens.toReversed())).toEqual(at(2, 5n));
});

test('a token whose position is not known leads to the primary, also beside others', () => {
  expect(sent(tokenOf(at(3, 9n)), TOKEN_OF_PRIMARY)).toEqual(at(0, 0n));
});

test.each([
  '',
  'x',
  '0/16B3740',
  'AAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAA=',
  'AAAAAAAAAAAAAAAAA',
  'AAAA AAAAAAAAAAA',
])('a value that is not a token is refused by name: "%s"', (token) => {
  expect(() => sent(token)).toThrow(Problem);
  expect(() => sent(token)).toThrow(
    /X-Consistency-Token must be the X-Consistency-Token of an earlier answer/,
  );
});

test('more tokens than a client can need are refused', () => {
  expect(() => sent(...Array<string>(21).fill(TOKEN_OF_PRIMARY))).toThrow(/at most 20 tokens/);
});
