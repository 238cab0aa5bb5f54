import { nameOfServer, readReplicaUrls } from './replica-urls.ts';

const ONE = 'postgresql://u:a,b@one:5433/holdfast';
const TWO = 'postgres://u:p@two/holdfast?sslmode=no-verify';

test.each([`${ONE},${TWO}`, `${ONE} ${TWO}`, ` ${ONE} ,\n ${TWO} `])('URLs are read from "%s"', (text) => {
  expect(readReplicaUrls(text)).toEqual({ urls: [ONE, TWO], problems: [] });
  expect([ONE, TWO].map(nameOfServer)).toEqual(['one:5433', 'two:5432']);
});

test.each([
  ['one:5432', 'URL 1 cannot be used: The database URL must be one like'],
  ['postgresql://u:secret@a,b/holdfast', 'URL 1 must name one server'],
  [`${ONE} postgresql://u:secret@a/db?sslmode=prefer`, 'URL 2 cannot be used: sslmode=prefer'],
  ['postgresql://u:secret@a/db?target_session_attrs=standby', 'URL 1 must not have target_session_attrs'],
  [`${ONE} ${ONE}`, 'names one:5433 twice'],
  [
    Array.from({ length: 9 }, (_, index) => `postgresql://u:secret@h${index}/db`).join(),
    'must have at most 8 URLs',
  ],
])('%s is refused, and its password is not repeated', (text, problem) => {
  const { problems } = readReplicaUrls(text);
  expect(problems).toEqual([expect.stringContaining(problem)]);
  expect(problems.join()).not.toContain('secret');
});
