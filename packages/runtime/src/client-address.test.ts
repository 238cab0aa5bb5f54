import type { IncomingMessage } from 'node:http';
import { clientAddress, trustedProxies } from './client-address.ts';

const PROXY = '10.0.0.5';

const addressFor = (remoteAddress: string, forwarded?: string, trusted = '10.0.0.0/24 192.0.2.7, fd00::/8') =>
  clientAddress(trustedProxies().parse(trusted))({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  } as unknown as IncomingMessage);

test.each([
  ['a client by itself', '198.51.100.4', undefined, '198.51.100.4'],
  ['a client that makes up where it is', '198.51.100.4', '203.0.113.1', '198.51.100.4'],
  ['a proxy that names its client', PROXY, '203.0.113.1', '203.0.113.1'],
  ['a proxy by a socket of IPv6', `::ffff:${PROXY}`, '203.0.113.1', '203.0.113.1'],
  ['a client of IPv6', 'fd00::1', '2001:db8::7', '2001:db8::7'],
  ['two proxies', PROXY, '203.0.113.1, 192.0.2.7', '203.0.113.1'],
  ['a proxy that appends to what the client made up', PROXY, '127.0.0.1, 203.0.113.1', '203.0.113.1'],
  ['a proxy that names nothing', PROXY, undefined, PROXY],
  ['a proxy that names what is no address', PROXY, '203.0.113.1, unknown', PROXY],
  ['a list that is too long', PROXY, `203.0.113.1, ${Array(20).fill(PROXY).join(', ')}`, PROXY],
])('%s', (_what, remote, forwarded, address) => {
  expect(addressFor(remote, forwarded)).toBe(address);
});

test('without trusted proxies the connection counts', () => {
  expect(addressFor(PROXY, '203.0.113.1', '')).toBe(PROXY);
});

test.each(['balancer', '10.0.0.0/33', '10.0.0.5/', '::/129', '10.0.0.0/8/8'])('%s is refused', (entry) => {
  expect(trustedProxies().safeParse(entry).success).toBe(false);
});
