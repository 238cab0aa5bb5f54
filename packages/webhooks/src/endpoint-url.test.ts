import { isPublic } from './address-guard.ts';
import { problemOfUrl } from './endpoint-url.ts';
import { PRIVATE_HOSTS } from './fixtures/private-hosts.ts';

const strict = { allowPrivate: false };

describe('where events may be sent', () => {
  test.each([
    'https://shop.example.com/hooks',
    'https://shop.example.com:8443/hooks?tenant=7&x=%20',
    'https://93.184.216.34/',
    'https://[2606:2800:220:1:248:1893:25c8:1946]/',
    'https://xn--bcher-kva.example/',
    'https://bücher.example/',
    'https://mylocalhost.example/',
    `https://shop.example.com/${'x'.repeat(1_975)}`,
  ])('%s', (url) => expect(problemOfUrl(url, strict)).toBeNull());
});

describe('where they may not', () => {
  test.each(PRIVATE_HOSTS)('https://%s/', (host) => {
    expect(problemOfUrl(`https://${host}/`, strict)).toBe('must not lead to an address that is not public');
  });

  test.each([
    ['http://shop.example.com/', 'must be an https URL'],
    ['ftp://shop.example.com/', 'must be an https URL'],
    ['file:///etc/passwd', 'must be an https URL'],
    ['gopher://shop.example.com/', 'must be an https URL'],
    ['javascript:alert(1)', 'must be an https URL'],
    ['shop.example.com', 'must be an https URL'],
    ['https://', 'must be an https URL'],
    ['https://[fe80::1%25eth0]/', 'must be an https URL'],
    ['https://user:secret@shop.example.com/', 'must not have a user or a password in it'],
    ['https://user@shop.example.com/', 'must not have a user or a password in it'],
    ['https://shop.example.com/#here', 'must not have a fragment'],
    ['https://shop.example.com/#', 'must not have a fragment'],
    ['https://shop.example.com/a b', 'must not have white space in it'],
    ['https://shop.exa\nmple.com/', 'must not have white space in it'],
    ['https://shop.example.com/\0', 'must not have white space in it'],
    [`https://shop.example.com/${'x'.repeat(1_976)}`, 'must have at most 2000 characters'],
  ])('%j', (url, problem) => expect(problemOfUrl(url, strict)).toBe(problem));
});

test('where it is allowed, also by http and in private; never with a password', () => {
  const allowed = { allowPrivate: true };
  for (const url of ['http://localhost:3000/', 'https://10.0.0.1/', 'http://[::1]/']) {
    expect(problemOfUrl(url, allowed)).toBeNull();
  }
  expect(problemOfUrl('ftp://localhost/', allowed)).toBe('must be an http or https URL');
  expect(problemOfUrl('http://user@localhost/', allowed)).toBe('must not have a user or a password in it');
});

test('a text that is not an address is not a public one', () => {
  for (const text of ['', 'localhost', '1.2.3', '::g', '8.8.8.8:80']) expect(isPublic(text)).toBe(false);
  for (const text of ['8.8.8.8', '2606:4700:4700::1111', '172.32.0.1', '100.128.0.1']) {
    expect(isPublic(text)).toBe(true);
  }
});
